import type { Manifests } from './manifests';

/** Pods as NetworkPolicies know them. A namespace has no label here but its own name. */
export interface Pod {
  readonly namespace: string;
  readonly labels: Record<string, string>;
}

/** A connection between two pods, to a port of the container. */
export interface Connection {
  readonly from: Pod;
  readonly to: Pod;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
}

interface Selector {
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: { readonly key: string; readonly operator: string; readonly values: string[] }[];
}

interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: string[] };
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
}

interface Rule {
  readonly from?: Peer[];
  readonly to?: Peer[];
  readonly ports?: { readonly protocol?: string; readonly port?: number }[];
}

/**
 * Whether the NetworkPolicies of both ends let a connection through, written from Kubernetes' documentation and not from our
 * renderers.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function connects(manifests: Manifests, connection: Connection): boolean {
  return leaves(manifests, connection) && enters(manifests, connection);
}

/** Whether the policies of a client let it connect to an address of IPv4 outside of the cluster. */
export function reaches(manifests: Manifests, from: Pod, address: string, port: number): boolean {
  return allowed(manifests, 'Egress', from, ({ to, ports }) => {
    const isPort = ports === undefined || ports.some((p) => p.port === port && (p.protocol ?? 'TCP') === 'TCP');
    return isPort && (to === undefined || to.some(({ ipBlock }) => ipBlock !== undefined && within(address, ipBlock)));
  });
}

function within(address: string, { cidr, except = [] }: NonNullable<Peer['ipBlock']>): boolean {
  return isIn(address, cidr) && !except.some((block) => isIn(address, block));
}

function isIn(address: string, cidr: string): boolean {
  const [network, length] = cidr.split('/');
  if (network.includes(':')) return false;
  const bits = (ip: string) =>
    ip
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  return bits(address).slice(0, Number(length)) === bits(network).slice(0, Number(length));
}

/** Whether the policies of the client let the connection out. */
export function leaves(manifests: Manifests, connection: Connection): boolean {
  return allowed(manifests, 'Egress', connection.from, ({ to, ...rest }) =>
    covers(to, connection.to, connection, rest),
  );
}

/** Whether the policies of the server let the connection in. */
export function enters(manifests: Manifests, connection: Connection): boolean {
  return allowed(manifests, 'Ingress', connection.to, ({ from, ...rest }) =>
    covers(from, connection.from, connection, rest),
  );
}

// A pod that no policy selects for a direction is open in it; otherwise one rule of one policy is enough.
function allowed(manifests: Manifests, direction: 'Ingress' | 'Egress', pod: Pod, covered: (rule: Rule) => boolean) {
  const isolating = manifests
    .kind('NetworkPolicy')
    .filter(({ metadata, spec }) => metadata.namespace === pod.namespace && selects(spec.podSelector, pod.labels))
    .filter(({ spec }) => spec.policyTypes.includes(direction));
  if (isolating.length === 0) return true;
  return isolating.some(({ spec }) => ((direction === 'Ingress' ? spec.ingress : spec.egress) ?? []).some(covered));
}

function covers(peers: Peer[] | undefined, pod: Pod, { from, to, port, protocol }: Connection, rule: Rule): boolean {
  const { ports, ...unknown } = rule;
  if (Object.keys(unknown).length > 0) throw new Error(`${JSON.stringify(unknown)} is not understood here`);
  const home = pod === to ? from.namespace : to.namespace;
  return (
    (ports === undefined || ports.some((p) => p.port === port && (p.protocol ?? 'TCP') === (protocol ?? 'TCP'))) &&
    (peers === undefined || peers.some((peer) => isPeer(peer, pod, home)))
  );
}

// Both selectors in one peer: these pods in these namespaces. Without a namespaceSelector: in the namespace of the policy.
function isPeer({ ipBlock, podSelector, namespaceSelector, ...unknown }: Peer, pod: Pod, home: string): boolean {
  // Whether a block has pods in it is the network's to say; nothing here may depend on it.
  if (ipBlock) return false;
  if (Object.keys(unknown).length > 0) throw new Error(`${JSON.stringify(unknown)} is not understood here`);
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': pod.namespace })
    : pod.namespace === home;
  return inNamespace && (podSelector === undefined || selects(podSelector, pod.labels));
}

function selects(
  { matchLabels, matchExpressions = [], ...unknown }: Selector,
  labels: Record<string, string>,
): boolean {
  const strange = matchExpressions.filter(({ operator }) => operator !== 'In');
  if (Object.keys(unknown).length > 0 || strange.length > 0)
    throw new Error(`${JSON.stringify([unknown, strange])} is not understood here`);
  if (!matchExpressions.every(({ key, values }) => values.includes(labels[key]))) return false;
  return Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}
