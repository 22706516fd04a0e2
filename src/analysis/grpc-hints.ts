import type { Cluster } from '../manifests/cluster';
import type { Service, ServicePort } from '../manifests/service';

/**
 * Whether a port is for gRPC though it does not declare it: its name says so in a way that Istio does not read, or its
 * pods are probed by gRPC.
 */
export function looksLikeGrpc(cluster: Cluster, service: Service, { name, number, targetPort }: ServicePort): boolean {
  if (/grpc/i.test(name) || number === 50051 || targetPort === 50051) return true;
  return cluster
    .workloadsOf(service)
    .some(({ containers }) =>
      containers.some(({ readinessProbe, livenessProbe, startupProbe }) =>
        [readinessProbe, livenessProbe, startupProbe].some((probe) => probe?.grpc && probe.grpc.port === targetPort),
      ),
    );
}
