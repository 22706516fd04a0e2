import { certainlyOlder, oldestFirst } from '../../manifests/age';
import type { Cluster } from '../../manifests/cluster';
import { LabelIndex } from '../../manifests/label-index';
import type { Manifest } from '../../manifests/manifest';
import type { Bodies } from '../../manifests/types';
import type { Workload } from '../../manifests/workload';
import type { Reason } from '../verdict';

/** What a sidecar asks of the connections to a port. */
export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

export interface MtlsModeDecision {
  readonly mode: MtlsMode;
  /** The objects that decided; in words, where none did. */
  readonly reasons: readonly Reason[];
  /**
   * Facts that could make another object decide, as noun phrases: which of two is the older. Empty if `mode` is sure.
   */
  readonly missing: readonly string[];
}

type Policy = Manifest<Bodies['security.istio.io/PeerAuthentication']>;

/**
 * The PeerAuthentications of a cluster, and which of them decides for a port.
 *
 * The narrowest that says a mode wins: port, workload, namespace, mesh. Of several for one of these the oldest alone
 * counts, whatever it says.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authn/policy_applier.go (ComposePeerAuthentication)
 */
export class PeerAuthentications {
  public static of(cluster: Cluster): PeerAuthentications {
    return new PeerAuthentications(cluster);
  }

  private readonly wide = new Map<string, Policy[]>();
  private readonly narrow = new LabelIndex<Policy>();
  private readonly scopes = new WeakMap<Workload, { policies: readonly Policy[]; whole: MtlsModeDecision }>();
  private readonly namespaces = new Map<string, MtlsModeDecision>();
  private readonly malformed: readonly Manifest<unknown>[];

  private constructor(private readonly cluster: Cluster) {
    for (const policy of oldestFirst(cluster.objects('security.istio.io/PeerAuthentication'))) {
      const labels = selectorOf(policy);
      if (Object.keys(labels).length === 0) {
        const list = this.wide.get(policy.namespace);
        list ? list.push(policy) : this.wide.set(policy.namespace, [policy]);
      } else if (policy.namespace !== cluster.mesh.rootNamespace) {
        // In the root namespace one with a selector is ignored: policy_applier.go, "else if cfg.Namespace != root".
        this.narrow.add(policy.namespace, labels, policy);
      }
    }
    this.malformed = cluster.malformedOf('security.istio.io/PeerAuthentication').map(({ manifest }) => manifest);
  }

  /** The mode of a port of a workload: the port of its container, not that of a Service. */
  public modeOf(workload: Workload, containerPort: number): MtlsModeDecision {
    const { policies, whole } = this.scopeOf(workload);
    const policy = policies[0];
    const mode = setMode(policy?.body.spec?.portLevelMtls?.[String(containerPort)]?.mode);
    if (!mode) {
      return whole;
    }
    const path = ['spec', 'portLevelMtls', String(containerPort), 'mode'];
    const text = `PeerAuthentication ${nameOf(policy)} says ${mode} for port ${containerPort} of ${workload.id}`;
    return decided(mode, { layer: 'mtls', text, object: policy, path }, [
      ...unsure(policies, (it) => setMode(it.body.spec?.portLevelMtls?.[String(containerPort)]?.mode) ?? whole.mode),
      ...this.unread(workload.namespace),
    ]);
  }

  /**
   * The mode that the namespace and the mesh say, apart from any workload: what istiod takes the mode of a service to
   * be when it decides whether clients send it mutual TLS.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context.go (BestEffortInferServiceMTLSMode)
   */
  public namespaceModeOf(namespace: string): MtlsModeDecision {
    let decision = this.namespaces.get(namespace);
    if (!decision) {
      decision = this.compile(namespace);
      this.namespaces.set(namespace, decision);
    }
    return decision;
  }

  private compile(namespace: string): MtlsModeDecision {
    const { rootNamespace } = this.cluster.mesh;
    const root = this.wide.get(rootNamespace) ?? [];
    const own = namespace === rootNamespace ? [] : (this.wide.get(namespace) ?? []);
    const unread = this.unread(namespace);
    for (const [policies, scope] of [
      [own, `namespace ${namespace}`],
      [root, 'the mesh'],
    ] as const) {
      const policy = policies[0];
      const mode = setMode(policy?.body.spec?.mtls?.mode);
      if (mode) {
        const text = `PeerAuthentication ${nameOf(policy)} says ${mode} for ${scope}`;
        const reason: Reason = { layer: 'mtls', text, object: policy, path: ['spec', 'mtls', 'mode'] };
        return decided(mode, reason, [...unsure(policies, modeSaid), ...unread]);
      }
      if (unsure(policies, modeSaid).length > 0) {
        unread.push(...unsure(policies, modeSaid));
      }
    }
    const text = `no PeerAuthentication says a mode for namespace ${namespace}, and without one it is PERMISSIVE`;
    return decided('PERMISSIVE', { layer: 'mtls', text }, unread);
  }

  private scopeOf(workload: Workload): { policies: readonly Policy[]; whole: MtlsModeDecision } {
    let scope = this.scopes.get(workload);
    if (!scope) {
      const policies = this.narrow.matching(workload.namespace, workload.labels);
      scope = { policies, whole: this.wholeOf(workload, policies) };
      this.scopes.set(workload, scope);
    }
    return scope;
  }

  private wholeOf(workload: Workload, policies: readonly Policy[]): MtlsModeDecision {
    const wider = this.namespaceModeOf(workload.namespace);
    const policy = policies[0];
    const doubts = unsure(policies, (it) => modeSaid(it) ?? wider.mode);
    const mode = setMode(policy?.body.spec?.mtls?.mode);
    if (!mode) {
      return { ...wider, missing: [...doubts, ...wider.missing] };
    }
    const text = `PeerAuthentication ${nameOf(policy)} says ${mode} for ${workload.id}`;
    const reason: Reason = { layer: 'mtls', text, object: policy, path: ['spec', 'mtls', 'mode'] };
    return decided(mode, reason, [...doubts, ...this.unread(workload.namespace)]);
  }

  /** What an API server would refuse may be meant to say something else. */
  private unread(namespace: string): string[] {
    return this.malformed
      .filter((it) => it.namespace === namespace || it.namespace === this.cluster.mesh.rootNamespace)
      .map((it) => `what the malformed ${it.kind} ${nameOf(it)} is meant to say`);
  }
}

function decided(mode: MtlsMode, reason: Reason, missing: readonly string[]): MtlsModeDecision {
  return { mode, reasons: [reason], missing };
}

/** Which of the first and another is the older, where it matters and the manifests do not say. */
function unsure(policies: readonly Policy[], said: (policy: Policy) => MtlsMode | undefined): string[] {
  const [winner, ...losers] = policies;
  const rival = losers.find((it) => !certainlyOlder(winner, it) && said(it) !== said(winner));
  return rival ? [`which of the PeerAuthentications ${nameOf(winner)} and ${nameOf(rival)} is the older`] : [];
}

function modeSaid(policy: Policy): MtlsMode | undefined {
  return setMode(policy.body.spec?.mtls?.mode);
}

function setMode(mode: string | undefined): MtlsMode | undefined {
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? mode : undefined;
}

function selectorOf({ body }: Policy): Readonly<Record<string, string>> {
  return body.spec?.selector?.matchLabels ?? {};
}

function nameOf({ namespace, name }: Manifest<unknown>): string {
  return `${namespace}/${name}`;
}
