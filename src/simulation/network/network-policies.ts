import type { Cluster } from '../../manifests/cluster';
import { LabelIndex } from '../../manifests/label-index';
import type { Manifest } from '../../manifests/manifest';
import { selects } from '../../manifests/selectors';
import type { Workload } from '../../manifests/workload';
import { allow, type Decision, deny, type NearMiss, type Reason, unknown } from '../verdict';
import { foreignPolicies } from './foreign-policies';
import type { NetworkPort } from './policy-port';
import {
  admits,
  type Direction,
  type Flow,
  type NetworkPolicy,
  nearMiss,
  type PolicyRule,
  rulesOf,
} from './policy-rules';

export type { NetworkPort } from './policy-port';

/** What NetworkPolicies make of the connections of some pods in one direction. */
interface Isolation {
  /** Those that limit the direction. None: everything passes. */
  readonly policies: readonly NetworkPolicy[];
  readonly rules: readonly PolicyRule[];
  /** What else could decide, and is not read. */
  readonly foreign: readonly string[];
}

/** ztunnel carries what pods in ambient mode say to each other to this port, and policies see no other. */
const HBONE: NetworkPort = { number: 15008, protocol: 'TCP' };

/** More rules than that nobody reads at two in the morning. */
const NEAREST = 5;

/**
 * The Kubernetes NetworkPolicies of a cluster, and which connections between pods they let pass.
 *
 * They see the pods at both ends and the port of the container. So also in a mesh with sidecars, whose proxies connect
 * to pods and to the same port. Both the policies of the caller and those of the called must let a connection pass; of
 * those on one side one is enough.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
 */
export class NetworkPolicies {
  public static of(cluster: Cluster): NetworkPolicies {
    return new NetworkPolicies(cluster);
  }

  private readonly index = new LabelIndex<NetworkPolicy>();
  private readonly isolations = new WeakMap<Workload, Record<Direction, Isolation>>();
  private readonly malformed = new Map<string, Manifest>();
  private readonly passed = new WeakMap<Workload, Map<Workload | 'unknown', Map<string, Decision>>>();

  private constructor(private readonly cluster: Cluster) {
    for (const policy of cluster.objects('networking.k8s.io/NetworkPolicy')) {
      this.index.add(policy.namespace, policy.body.spec?.podSelector?.matchLabels ?? {}, policy);
    }
    for (const { manifest } of cluster.malformedOf('networking.k8s.io/NetworkPolicy')) {
      this.malformed.set(manifest.namespace, manifest);
    }
  }

  /** Whether a connection to a port of a workload's pods passes. `unknown`: from a client not among the manifests. */
  public decide(from: Workload | 'unknown', to: Workload, port: NetworkPort): Decision {
    if (from !== 'unknown' && from.dataPlane === 'ambient' && to.dataPlane === 'ambient') {
      return this.passes(from, to, HBONE);
    }
    const decision = this.passes(from, to, port);
    const mayTunnel = to.dataPlane === 'ambient' && from !== 'unknown' && from.dataPlane !== 'none';
    if (mayTunnel && this.passes(from, to, HBONE).outcome !== decision.outcome) {
      return unknown([`whether the proxy of ${from.id} speaks HBONE`], decision.reasons);
    }
    return decision;
  }

  /** Whether a connection of a workload's pods to a port of a host outside of the cluster passes. */
  public leaves(from: Workload, outside: string, port: NetworkPort): Decision {
    return this.side('egress', from, { peer: 'unknown', outside, called: from, port });
  }

  private passes(from: Workload | 'unknown', to: Workload, port: NetworkPort): Decision {
    const byCaller = this.passed.get(to) ?? new Map<Workload | 'unknown', Map<string, Decision>>();
    this.passed.set(to, byCaller);
    const byPort = byCaller.get(from) ?? new Map<string, Decision>();
    byCaller.set(from, byPort);
    const key = `${port.protocol} ${port.number} ${port.name ?? ''}`;
    const known = byPort.get(key);
    if (known) return known;
    const decision = this.compare(from, to, port);
    byPort.set(key, decision);
    return decision;
  }

  private compare(from: Workload | 'unknown', to: Workload, port: NetworkPort): Decision {
    const egress = from === 'unknown' ? allow() : this.side('egress', from, { peer: to, called: to, port });
    if (egress.outcome === 'deny') return egress;
    const ingress = this.side('ingress', to, { peer: from, called: to, port });
    if (ingress.outcome === 'deny') return ingress;
    const reasons = [...egress.reasons, ...ingress.reasons];
    return egress.outcome === 'allow' && ingress.outcome === 'allow'
      ? allow(...reasons)
      : unknown([...new Set([...egress.missing, ...ingress.missing])], reasons);
  }

  private side(direction: Direction, workload: Workload, flow: Flow): Decision {
    const { policies, rules, foreign } = this.isolationOf(workload)[direction];
    const malformed = this.malformed.get(workload.namespace);
    const doubts = malformed
      ? [`what the malformed ${malformed.kind} ${malformed.namespace}/${malformed.name} is meant to say`]
      : [];
    if (policies.length === 0) {
      const reason = says(`no NetworkPolicy limits the ${direction} of ${workload.id}`);
      return foreign.length + doubts.length > 0 ? unknown([...foreign, ...doubts], [reason]) : allow(reason);
    }
    const names = policies.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
    if (workload.spec.hostNetwork) {
      const reason = says(`NetworkPolicy ${names} selects pods on the host network`, policies[0], [
        'spec',
        'podSelector',
      ]);
      return unknown([`what the network plugin makes of ${workload.id}, which is on the host network`], [reason]);
    }
    const missing = new Set([...foreign, ...doubts]);
    for (const rule of rules) {
      const admitted = admits(rule, flow, this.cluster.namespaces);
      if (admitted === 'yes') {
        const text = `NetworkPolicy ${rule.policy.namespace}/${rule.policy.name} lets the ${direction} of ${workload.id} pass`;
        const reason = says(text, rule.policy, rule.path);
        // Policies add up, so one that we could not read cannot take this back; one of another kind can.
        return foreign.length > 0 ? unknown(foreign, [reason]) : allow(reason);
      }
      if (admitted !== 'no') missing.add(admitted.missing);
    }
    const { port } = flow;
    const what = `${direction} of ${workload.id}, and no rule lets ${port.protocol} ${port.number} pass`;
    const refusal = says(`NetworkPolicy ${names} limits the ${what}`, policies[0], ['spec', 'podSelector']);
    if (flow.peer !== 'unknown' && flow.peer.spec.hostNetwork) {
      // "Traffic to and from the node where a Pod is running is always allowed."
      missing.add(`the nodes and addresses of ${flow.peer.id}, which is on the host network`);
    }
    return missing.size > 0 ? unknown([...missing], [refusal]) : deny([refusal], () => this.nearest(rules, flow));
  }

  private nearest(rules: readonly PolicyRule[], flow: Flow): NearMiss[] {
    return rules
      .map((rule) => nearMiss(rule, flow, this.cluster.namespaces))
      .sort((a, b) => a.lacks.length - b.lacks.length)
      .slice(0, NEAREST);
  }

  private isolationOf(workload: Workload): Record<Direction, Isolation> {
    let isolation = this.isolations.get(workload);
    if (!isolation) {
      // A machine outside of the cluster is no pod, and no policy selects it.
      const selecting =
        workload.kind === 'WorkloadEntry'
          ? []
          : this.index
              .matching(workload.namespace, workload.labels)
              .filter(({ body }) => selects(body.spec?.podSelector ?? {}, workload.labels));
      const towards = (direction: Direction): Isolation => {
        const limiting = selecting.map((policy) => rulesOf(policy, direction));
        return {
          policies: selecting.filter((_, at) => limiting[at] !== undefined),
          rules: limiting.flatMap((rules) => rules ?? []),
          foreign: foreignPolicies(this.cluster, workload, direction),
        };
      };
      isolation = { ingress: towards('ingress'), egress: towards('egress') };
      this.isolations.set(workload, isolation);
    }
    return isolation;
  }
}

function says(text: string, object?: NetworkPolicy, path?: readonly (string | number)[]): Reason {
  return { layer: 'network-policy', text, ...(object && { object }), ...(path && { path }) };
}
