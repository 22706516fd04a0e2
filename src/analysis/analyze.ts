import type { Cluster } from '../manifests/cluster';
import { Simulation } from '../simulation/simulation';
import { type Finding, findingOf } from './finding';
import type { Rule, Severity } from './rule';
import { suppression } from './suppression';

/** What a check found, worst first within each file's order. */
export interface Report {
  readonly findings: readonly Finding[];
  /** Findings that an annotation silences, and its reason. */
  readonly suppressed: readonly { readonly finding: Finding; readonly reason: string }[];
}

/** Asks every rule about a cluster. */
export function analyze(cluster: Cluster, rules: readonly Rule[], simulation = Simulation.of(cluster)): Report {
  const findings: Finding[] = [];
  const suppressed: { finding: Finding; reason: string }[] = [];
  for (const rule of rules) {
    for (const trouble of rule.check({ cluster, simulation })) {
      const finding = findingOf(rule, trouble);
      const reason = suppression(trouble.object, [rule.code, ...rule.aliases]);
      reason ? suppressed.push({ finding, reason }) : findings.push(finding);
    }
  }
  return { findings: findings.sort(bySeverity), suppressed };
}

const GRAVITY: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function bySeverity(a: Finding, b: Finding): number {
  return GRAVITY[a.severity] - GRAVITY[b.severity];
}
