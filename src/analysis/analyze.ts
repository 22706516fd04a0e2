import type { Cluster } from '../manifests/cluster';
import { Simulation } from '../simulation/simulation';
import { AbsentHosts } from './absent-hosts';
import { admittedCallers } from './admitted-callers';
import { type Finding, findingOf } from './finding';
import { optOutReason } from './opt-outs';
import type { Rule, Subject } from './rule';
import { Selection } from './selection';
import { byGravity } from './severity';
import { suppression } from './suppression';
import { Written } from './written';

/** What a check found, the gravest first; of one gravity in the order of the rules. */
export interface Report {
  readonly findings: readonly Finding[];
  /** Findings that an annotation silences, and its reason. */
  readonly suppressed: readonly { readonly finding: Finding; readonly reason: string }[];
}

/** Asks every rule about a cluster. */
export function analyze(cluster: Cluster, rules: readonly Rule[], simulation = Simulation.of(cluster)): Report {
  const findings: Finding[] = [];
  const suppressed: { finding: Finding; reason: string }[] = [];
  const codes = rules.flatMap(({ code, aliases }) => [code, ...aliases]);
  const written = Written.of(cluster);
  const selection = Selection.of(cluster);
  const subject: Subject = {
    cluster,
    simulation,
    written,
    hosts: AbsentHosts.of(cluster),
    selection,
    admitted: admittedCallers(cluster, selection, written),
    codes,
  };
  for (const rule of rules) {
    for (const trouble of rule.check(subject)) {
      if (rule.optOut && optOutReason(trouble.object, rule.optOut)) continue;
      const finding = findingOf(rule, trouble);
      const reason = suppression(trouble.object, [rule.code, ...rule.aliases]);
      reason ? suppressed.push({ finding, reason }) : findings.push(finding);
    }
  }
  return { findings: findings.sort(byGravity), suppressed };
}
