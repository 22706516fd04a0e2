import { analyze } from '../../../src/analysis/analyze';
import { RULES } from '../../../src/analysis/rules';
import { Cluster } from '../../../src/manifests/cluster';
import { readManifests } from '../../../src/manifests/read';
import type { Finding } from '../lab';

/** That somebody says a code of an object. */
export interface Verdict {
  /** `VirtualService shop/menu`. */
  readonly object: string;
  /** As istioctl says it; of one rule that stands for several the first that the other side says too. */
  readonly codes: readonly string[];
  readonly message: string;
  /** Our rule. */
  readonly rule?: string;
}

/** Objects that a cluster does not take: to them nothing else happens. */
export const REFUSED = 'IST0106';

/** IST0101 is about whatever a name refers to, and only the message says to what. */
const REFERENCE = /^Referenced (\S+)(?: host| in destinationrule)? not found: /;

/** Our rules with this alias, by what they miss. A Sidecar and a Telemetry that select nothing are IST0101, a policy not. */
const REFERENCES: Readonly<Record<string, string>> = {
  UnknownHost: 'IST0101 host',
  UnknownPort: 'IST0101 host:port',
  UnknownSubset: 'IST0101 host+subset',
  UnknownGateway: 'IST0101 gateway',
  UnknownNamespace: 'IST0101 namespace',
  GatewayWithoutPods: 'IST0101 selector',
  GatewayCredentialElsewhere: 'IST0101 credentialName',
  SelectsNothing: 'IST0101 selector',
};

/** What the checkers of Istio say. */
export function theirs(findings: readonly Finding[]): Verdict[] {
  return findings.flatMap(({ source, level, object, code, message }): Verdict[] => {
    if (source === 'analyzer') return [{ object, codes: [referred(code, message)], message }];
    const isRefusal = level === 'error' && source !== 'input';
    return isRefusal ? [{ object, codes: [REFUSED], message }] : [];
  });
}

function referred(code: string, message: string): string {
  const [, what] = REFERENCE.exec(message) ?? [];
  return what ? `${code} ${what.replace('mirror', 'host')}` : code;
}

/** What our rules say that stand for something of istioctl. */
export function ours(cluster: Cluster): Verdict[] {
  const { findings, suppressed } = analyze(cluster, RULES);
  return [...findings, ...suppressed.map(({ finding }) => finding)].flatMap(({ code, aliases, object, message }) => {
    const codes = aliases.filter((alias) => alias.startsWith('IST')).map((it) => referring(it, code));
    return codes.length === 0 ? [] : [{ object: object.replace(/^\S*\//, ''), codes, message, rule: code }];
  });
}

function referring(alias: string, rule: string): string {
  return alias === 'IST0101' ? REFERENCES[rule] : alias;
}

export function clusterOf(text: string): Cluster {
  return Cluster.of(readManifests([{ name: 'all.yaml', text }]).manifests);
}

/** Every code that one of our rules stands for. */
export function claimed(): string[] {
  const codes = RULES.flatMap(({ code, aliases }) => aliases.map((alias) => referring(alias, code)));
  return [...new Set(codes.filter((code) => code.startsWith('IST')))].sort();
}
