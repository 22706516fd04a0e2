import type { Cluster } from '../../manifests/cluster';
import { isObject, type JsonObject } from '../../manifests/json';
import type { Manifest } from '../../manifests/manifest';
import type { Workload } from '../../manifests/workload';
import type { Direction } from './policy-rules';

// Policies beside those of Kubernetes, which we do not decide: where one can have a say, the answer is not known.

/** The kinds that nobody here reads, and that can overrule a NetworkPolicy. */
const OVERRULING = [
  'policy.networking.k8s.io/AdminNetworkPolicy',
  'policy.networking.k8s.io/BaselineAdminNetworkPolicy',
  'policy.networking.k8s.io/ClusterNetworkPolicy',
  'projectcalico.org/NetworkPolicy',
  'projectcalico.org/GlobalNetworkPolicy',
  'crd.projectcalico.org/NetworkPolicy',
  'crd.projectcalico.org/GlobalNetworkPolicy',
];

/** What else could decide about connections in a direction, of these pods, as noun phrases. */
export function foreignPolicies(cluster: Cluster, workload: Workload, direction: Direction): string[] {
  const cilium: readonly Manifest<JsonObject>[] = [
    ...cluster.objects('cilium.io/CiliumNetworkPolicy', workload.namespace),
    ...cluster.objects('cilium.io/CiliumClusterwideNetworkPolicy'),
  ];
  return [
    ...OVERRULING.filter((kind) => cluster.unreadKinds.has(kind)).map((kind) => `what each ${kind} decides`),
    ...cilium
      .filter(({ body }) => ciliumRules(body).some((rule) => limits(rule, direction) && maySelect(rule, workload)))
      .map(({ kind, name }) => `what ${kind} ${name} decides`),
  ];
}

function ciliumRules({ spec, specs }: JsonObject): JsonObject[] {
  return [spec, ...(Array.isArray(specs) ? specs : [])].filter(isObject);
}

function limits(rule: JsonObject, direction: Direction): boolean {
  return direction in rule || `${direction}Deny` in rule;
}

/** Labels of a pod stand there as they are or after the name of their source; other labels we do not know. */
function maySelect({ endpointSelector }: JsonObject, { labels }: Workload): boolean {
  if (!isObject(endpointSelector)) return false;
  const wanted = isObject(endpointSelector.matchLabels) ? endpointSelector.matchLabels : {};
  return Object.entries(wanted).every(([key, value]) => {
    const plain = key.replace(/^(k8s|any)[:.]/, '');
    return plain.startsWith('io.') || plain.includes(':') || labels[plain] === value;
  });
}
