import type { Service } from '../../manifests/service';
import type { Workload } from '../../manifests/workload';
import type { CompiledPolicy } from '../authorization/compiled-policy';
import { accountOf } from '../authorization/identity-match';
import type { Simulation } from '../simulation';
import { afterTrustDomain } from './parties';

/**
 * The identities that could be let in by a service at all, as `ns/x/sa/y`: whoever is missing here is refused by its
 * policies, whatever else happens to the call. `anyone` where that cannot be told at a glance.
 *
 * It makes a matrix of a thousand services possible: most pairs are a refusal, and nobody has to ask for them.
 */
export function admissible(simulation: Simulation, service: Service): ReadonlySet<string> | 'anyone' {
  const identities = new Set<string>();
  const workloads = simulation.cluster.workloadsOf(service);
  if (workloads.length === 0) {
    return 'anyone';
  }
  for (const workload of workloads) {
    const named = identitiesOf(simulation, workload);
    if (named === 'anyone') {
      return 'anyone';
    }
    for (const identity of named) {
      identities.add(identity);
    }
  }
  return identities;
}

function identitiesOf(simulation: Simulation, workload: Workload): Iterable<string> | 'anyone' {
  const { allow, doubtful } = simulation.policies.inForce(workload);
  if (workload.dataPlane !== 'sidecar' || allow.length === 0 || doubtful.length > 0 || hasDoorPastProxy(workload)) {
    return 'anyone';
  }
  const identities: string[] = [];
  for (const policy of allow) {
    const named = namedBy(policy);
    if (named === 'anyone') {
      return 'anyone';
    }
    identities.push(...named);
  }
  return identities;
}

/** Ports that the proxy does not see: anyone gets in there. */
function hasDoorPastProxy({ annotations }: Workload): boolean {
  return (
    'traffic.sidecar.istio.io/includeInboundPorts' in annotations ||
    'traffic.sidecar.istio.io/excludeInboundPorts' in annotations
  );
}

/** The identities that the rules of a policy spell out; `anyone` if one of them does it by another attribute. */
function namedBy({ manifest }: CompiledPolicy): string[] | 'anyone' {
  const identities: string[] = [];
  for (const { from } of manifest.body.spec?.rules ?? []) {
    if (!from?.length) {
      return 'anyone';
    }
    for (const { source } of from) {
      const principals = source?.principals ?? [];
      const accounts = source?.serviceAccounts ?? [];
      const values = principals.length > 0 ? principals : accounts;
      if (values.length === 0 || values.some((value) => value.includes('*'))) {
        return 'anyone';
      }
      identities.push(
        ...principals.map(afterTrustDomain),
        ...accounts.map((account) => {
          const [place, name] = accountOf(account, manifest.namespace);
          return `ns/${place}/sa/${name}`;
        }),
      );
    }
  }
  return identities;
}
