import { isObject } from '../../manifests/json';
import type { Rule } from '../rule';

export const grpcProbeOnWorkloadGroup: Rule = {
  code: 'GrpcProbeOnWorkloadGroup',
  severity: 'error',
  summary: 'A WorkloadGroup has a gRPC probe, which its API allows and the webhook of Istio refuses',
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: ledger, namespace: shop}
spec:
  template: {serviceAccount: ledger}
  probe: {grpc: {port: 50051}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: ledger, namespace: shop}
spec:
  template: {serviceAccount: ledger}
  probe: {tcpSocket: {port: 50051}}
`,
    why: `The API server takes probe.grpc. istiod's webhook does not know it as a method of checking health, and refuses the
object.`,
    unless: 'A later Istio than 1.31 takes it.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/workload-group/#ReadinessProbe',
      'https://github.com/istio/istio/blob/1.31.1/pkg/config/validation/validation.go (validateReadinessProbe)',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('networking.istio.io/WorkloadGroup')) {
      const probe: unknown = object.body.spec?.probe;
      if (!isObject(probe) || !isObject(probe.grpc)) continue;
      yield {
        object,
        path: ['spec', 'probe', 'grpc'],
        message: "Istio's webhook does not know gRPC probes, and refuses the WorkloadGroup.",
        fix: `tcpSocket: {port: ${probe.grpc.port ?? '…'}}`,
      };
    }
  },
};
