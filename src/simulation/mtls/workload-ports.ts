import type { Cluster } from '../../manifests/cluster';
import type { Protocol } from '../../manifests/protocol';
import { containerPort, type Service, type ServicePort } from '../../manifests/service';
import type { Workload } from '../../manifests/workload';

/** A port of a workload's pods that takes TCP connections. */
export interface WorkloadPort {
  readonly number: number;
  /** What the proxy reads it as: the first Service in front of it decides; without one it finds out. */
  readonly protocol: Protocol;
  /** The ports of services that lead to it. */
  readonly fronts: readonly { readonly service: Service; readonly port: ServicePort }[];
}

/** The ports of a workload that services lead to, and those that its containers declare. */
export function workloadPorts(cluster: Cluster, workload: Workload): readonly WorkloadPort[] {
  const fronts = new Map<number, { service: Service; port: ServicePort }[]>();
  for (const service of cluster.servicesOf(workload)) {
    for (const port of service.ports) {
      const number = containerPort(port, workload);
      if (number === undefined || port.protocol === 'udp') continue;
      const list = fronts.get(number);
      list ? list.push({ service, port }) : fronts.set(number, [{ service, port }]);
    }
  }
  const declared = new Set<number>();
  for (const { ports } of workload.containers) {
    for (const { containerPort: number, protocol } of ports ?? []) {
      if ((protocol ?? 'TCP') === 'TCP') declared.add(number);
    }
  }
  return [...new Set([...fronts.keys(), ...declared])]
    .sort((a, b) => a - b)
    .map((number) => {
      const inFront = fronts.get(number) ?? [];
      return { number, protocol: inFront[0]?.port.protocol ?? 'auto', fronts: inFront };
    });
}
