import type { Cluster } from '../../manifests/cluster';
import { isObject } from '../../manifests/json';
import type { Workload } from '../../manifests/workload';

/** The Gateway of the Gateway API that a pod serves. */
export function gatewayNameOf({ labels }: Workload): string | undefined {
  const label = 'gateway.networking.k8s.io/gateway-name';
  return Object.hasOwn(labels, label) ? labels[label] : undefined;
}

/** Whether these pods are a waypoint of an ambient mesh: by the label of Istio's controller, or by their Gateway. */
export function isWaypoint(cluster: Cluster, workload: Workload): boolean {
  const name = gatewayNameOf(workload);
  if (name === undefined) return false;
  if (workload.labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller') return true;
  const gateways = cluster.objects('gateway.networking.k8s.io/Gateway', workload.namespace);
  const spec = gateways.find((gateway) => gateway.name === name)?.body.spec;
  return isObject(spec) && spec.gatewayClassName === 'istio-waypoint';
}
