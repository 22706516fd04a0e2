import type { Manifest } from '../../manifests/manifest';
import type { Namespace } from '../../manifests/namespace';
import type { Bodies } from '../../manifests/types';
import type { Workload } from '../../manifests/workload';
import type { NearMiss } from '../verdict';
import { describePeer, everyAddress, isOutside, isPeer, type PeerSpec } from './policy-peer';
import { describePort, isPort, type NetworkPort, type PortSpec } from './policy-port';
import { some, type Trilean } from './trilean';

export type NetworkPolicy = Manifest<Bodies['networking.k8s.io/NetworkPolicy']>;
export type Direction = 'ingress' | 'egress';

/** A connection as one end of it sees it. */
export interface Flow {
  /** The pods at the other end; `unknown` for a client that is not among the manifests. */
  readonly peer: Workload | 'unknown';
  /** A host outside of the cluster, instead of a peer. */
  readonly outside?: string;
  readonly called: Workload;
  readonly port: NetworkPort;
}

/** One entry of `ingress` or `egress`. */
export interface PolicyRule {
  readonly policy: NetworkPolicy;
  readonly path: readonly [string, Direction, number];
  readonly peers: readonly PeerSpec[];
  readonly ports: readonly PortSpec[];
}

/**
 * What a policy lets pass in a direction; `undefined` where it does not limit it. None is not absence: an empty list
 * lets nothing pass.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ (policyTypes)
 */
export function rulesOf(policy: NetworkPolicy, direction: Direction): readonly PolicyRule[] | undefined {
  const spec = policy.body.spec;
  const stated = spec?.policyTypes;
  const limits = stated?.length
    ? stated.includes(direction === 'ingress' ? 'Ingress' : 'Egress')
    : direction === 'ingress' || Boolean(spec?.egress?.length);
  if (!limits) return undefined;
  const entries: readonly RuleSpec[] = spec?.[direction] ?? [];
  return entries.map((entry, index) => ({
    policy,
    path: ['spec', direction, index],
    peers: (direction === 'ingress' ? entry.from : entry.to) ?? [],
    ports: entry.ports ?? [],
  }));
}

interface RuleSpec {
  readonly from?: readonly PeerSpec[] | null;
  readonly to?: readonly PeerSpec[] | null;
  readonly ports?: readonly PortSpec[] | null;
}

/** Whether a rule lets a connection pass. A list of peers or of ports that is absent or empty means all of them. */
export function admits(rule: PolicyRule, flow: Flow, namespaces: ReadonlyMap<string, Namespace>): Trilean {
  const { peer, called, port } = flow;
  if (rule.ports.length > 0 && !rule.ports.some((it) => isPort(it, port, called))) return 'no';
  if (rule.peers.length === 0) return 'yes';
  const { outside } = flow;
  if (outside !== undefined) return some(rule.peers, (it) => isOutside(it, outside));
  if (peer === 'unknown') {
    return rule.peers.some(({ ipBlock }) => ipBlock && everyAddress(ipBlock))
      ? 'yes'
      : { missing: 'the labels and the namespace of the client' };
  }
  return some(rule.peers, (it) => isPeer(it, rule.policy.namespace, peer, namespaces));
}

/** What a connection lacks for a rule that does not let it pass. */
export function nearMiss(rule: PolicyRule, flow: Flow, namespaces: ReadonlyMap<string, Namespace>): NearMiss {
  const { peer: pods, outside, port } = flow;
  const peer = outside === undefined ? pods : { id: outside };
  const lacks: string[] = [];
  if (peer !== 'unknown' && admits({ ...rule, ports: [] }, flow, namespaces) === 'no') {
    const wanted = rule.peers.map((it) => describePeer(it, rule.policy.namespace)).join(' or ');
    lacks.push(`${rule.path[1] === 'ingress' ? 'the caller' : 'the server'} is ${peer.id}, not one of ${wanted}`);
  }
  if (admits({ ...rule, peers: [] }, flow, namespaces) === 'no') {
    lacks.push(`the port is ${port.protocol} ${port.number}, not ${rule.ports.map(describePort).join(' or ')}`);
  }
  return { object: rule.policy, path: rule.path, lacks };
}
