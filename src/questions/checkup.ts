import { analyze } from '../analysis/analyze';
import type { Finding } from '../analysis/finding';
import type { Rule } from '../analysis/rule';
import { byGravity, type Severity } from '../analysis/severity';
import type { Problem } from '../manifests/problem';
import type { Inquiry, Spot } from './inquiry';

/** A finding, and the line that it is about. */
export type Located = Omit<Finding, 'origin'> & { readonly spot: Spot };

/** All that is wrong with some files. */
export interface Checkup {
  /** In the order of severity, and within one of files and lines. */
  readonly findings: readonly Located[];
  readonly suppressed: readonly { readonly finding: Located; readonly reason: string }[];
}

/** What could not be read, and what the rules find in the rest. */
export function checkup(inquiry: Inquiry, rules: readonly Rule[]): Checkup {
  const { cluster, simulation, reading } = inquiry;
  const report = analyze(cluster, rules, simulation);
  const located = ({ origin, ...finding }: Finding): Located => ({
    ...finding,
    spot: inquiry.spot(origin, finding.path),
  });
  const findings = [...reading.problems.map(unreadable), ...report.findings.map(located)];
  return {
    findings: findings.sort((a, b) => byGravity(a, b) || inOrder(a.spot, b.spot)),
    suppressed: report.suppressed.map(({ finding, reason }) => ({ finding: located(finding), reason })),
  };
}

/** Whether a finding is as grave as a severity, or graver. */
export function isAtLeast(severity: Severity, found: { readonly severity: Severity }): boolean {
  return byGravity(found, { severity }) <= 0;
}

/** Whether something may be in a file that nobody could read: no answer from the rest can be trusted then. */
export function isBlinding({ code }: Problem): boolean {
  return code !== 'DuplicateObject' && code !== 'NotAnObject';
}

function inOrder(a: Spot, b: Spot): number {
  return a.source === b.source ? a.line - b.line || a.column - b.column : a.source < b.source ? -1 : 1;
}

function unreadable(problem: Problem): Located {
  const { source, line = 1, column = 1, code, message, fix } = problem;
  const severity = isBlinding(problem) ? 'error' : code === 'NotAnObject' ? 'info' : 'warning';
  return { code, aliases: [], severity, object: '', path: [], message, fix: fix ?? '', spot: { source, line, column } };
}
