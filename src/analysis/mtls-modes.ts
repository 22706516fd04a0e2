import type { MtlsMode } from '../simulation/mtls/peer-authentications';
import { workloadPorts } from '../simulation/mtls/workload-ports';
import type { Policy } from './policy-words';
import type { Subject } from './rule';

/** What the ports ask for that a policy guards; what its namespace says, where its pods are not among the manifests. */
export function mtlsModes({ cluster, simulation, selection }: Subject, policy: Policy): ReadonlySet<MtlsMode> {
  const workloads = selection.of(policy);
  if (workloads.length === 0) return new Set([simulation.peers.namespaceModeOf(policy.namespace).mode]);
  return new Set(
    workloads
      // A gateway's own servers say what it asks for.
      .filter(({ dataPlane }) => dataPlane !== 'gateway')
      .flatMap((it) => workloadPorts(cluster, it).map(({ number }) => simulation.peers.modeOf(it, number).mode)),
  );
}
