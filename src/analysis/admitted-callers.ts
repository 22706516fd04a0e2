import type { Cluster } from '../manifests/cluster';
import type { Path } from '../manifests/path';
import type { Workload } from '../manifests/workload';
import type { Policy } from './policy-words';
import type { Selection } from './selection';
import type { Written } from './written';

/** A caller that an ALLOW policy names, and those whom it may call. */
export interface AdmittedCaller {
  readonly object: Policy;
  /** Of the principal that names it. */
  readonly path: Path;
  readonly caller: Workload;
  readonly servers: readonly Workload[];
}

/** Of policies that select pods and name callers one by one: only then somebody means this call. */
export function admittedCallers(cluster: Cluster, selection: Selection, written: Written): AdmittedCaller[] {
  const admitted: AdmittedCaller[] = [];
  const byPrincipal = new Map<string, Workload[]>();
  for (const workload of cluster.workloads) {
    const known = byPrincipal.get(workload.principal);
    known ? known.push(workload) : byPrincipal.set(workload.principal, [workload]);
  }
  for (const one of written.said('principals')) {
    const { object, action, value, negated } = one;
    if (action !== 'ALLOW' || negated || !object.body.spec?.selector?.matchLabels) continue;
    // All that run under one account are admitted; to be meant, one of them is enough.
    const callers = byPrincipal.get(value) ?? [];
    const servers = callers.length === 1 ? selection.of(object) : [];
    if (servers.length > 0) admitted.push({ object, path: one.path, caller: callers[0], servers });
  }
  return admitted;
}
