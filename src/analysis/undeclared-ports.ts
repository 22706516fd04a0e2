import type { Service, ServicePort } from '../manifests/service';
import type { Workload } from '../manifests/workload';
import { workloadPorts } from '../simulation/mtls/workload-ports';
import { httpFields } from './http-fields';
import type { Policy } from './policy-words';
import type { Subject } from './rule';

/** A port of a Service that declares no protocol, though a policy asks for what only HTTP has there. */
export interface UndeclaredPort {
  readonly service: Service;
  readonly port: ServicePort;
  readonly workload: Workload;
  /** Of the container. */
  readonly number: number;
  readonly policy: Policy;
}

/** Each port once. */
export function undeclaredPortsUnderPolicy({ cluster, simulation }: Subject): ReadonlyMap<ServicePort, UndeclaredPort> {
  const found = new Map<ServicePort, UndeclaredPort>();
  const asking = new Map<Policy, boolean>();
  const asks = (policy: Policy) => {
    const known = asking.get(policy) ?? (policy.body.spec?.rules ?? []).some((rule) => httpFields(rule).length > 0);
    asking.set(policy, known);
    return known;
  };
  for (const workload of cluster.workloads) {
    if (workload.dataPlane !== 'sidecar') continue;
    for (const { protocol, number, fronts } of workloadPorts(cluster, workload)) {
      const [front] = fronts;
      if (protocol !== 'auto' || !front || front.service.kind !== 'Service' || found.has(front.port)) continue;
      const { allow, deny } = simulation.policies.inForce(workload);
      const policy = [...deny, ...allow].find(({ manifest }) => asks(manifest))?.manifest;
      if (policy) found.set(front.port, { ...front, workload, number, policy });
    }
  }
  return found;
}
