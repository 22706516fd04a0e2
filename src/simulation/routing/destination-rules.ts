import { oldestFirst } from '../../manifests/age';
import type { Cluster } from '../../manifests/cluster';
import type { Manifest } from '../../manifests/manifest';
import { hasLabels, type Labels } from '../../manifests/selectors';
import type { Service } from '../../manifests/service';
import type { TrafficPolicy } from '../../manifests/types';
import { resolveShortName } from '../visibility/resolve-host';
import { type MergedRule, MergedRules, selectorOf, type WrittenRule } from './destination-rule-merge';
import type { TlsMode } from './route-result';
import { layeredPolicy } from './traffic-policy';

/** Whose proxy asks. */
export interface DestinationRuleClient {
  /** `undefined` where it is not known. */
  readonly namespace: string | undefined;
  /** Of its pods. */
  readonly labels?: Labels;
}

/** What one client obeys for one service: DestinationRules after their merge, or Istio's defaults. */
export interface DestinationRuleInForce {
  /** First the one whose fields win; empty where none applies. */
  readonly rules: readonly Manifest<unknown>[];
  readonly subsets: ReadonlyMap<string, Labels>;
  /** What of the manifests' surroundings could change it. */
  readonly missing: readonly string[];
  trafficPolicy(port: number, subset?: string): TrafficPolicy;
  tlsMode(port: number, subset?: string): TlsMode;
}

/**
 * The DestinationRules of a cluster, and which of them decides.
 *
 * Those in the client's namespace come first, then those in the service's, then those in the root namespace; the first
 * place in which one applies ends the search, and nothing is inherited from the others.
 */
export class DestinationRules {
  public static of(cluster: Cluster): DestinationRules {
    return new DestinationRules(cluster);
  }

  private readonly local = new Map<string, MergedRules>();
  private readonly exported = new Map<string, MergedRules>();
  /** Of the root namespace, what is for its own clients only. */
  private readonly rootOnly = new MergedRules();
  private readonly inForce = new Map<string, InForce>();

  /** @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context.go (setDestinationRules) */
  private constructor(private readonly cluster: Cluster) {
    const { rootNamespace, defaultDestinationRuleExportTo } = cluster.mesh;
    const written = oldestFirst(cluster.objects('networking.istio.io/DestinationRule'));
    const selecting = written.filter((rule) => selectorOf(rule));
    for (const rule of [...selecting, ...written.filter((it) => !selectorOf(it))]) {
      const { namespace } = rule;
      const host = resolveShortName(rule.body.spec?.host ?? '', namespace).toLowerCase();
      // A rule that selects workloads is for those of its own namespace.
      const exportTo = new Set(selectorOf(rule) ? ['.'] : (rule.body.spec?.exportTo ?? []));
      if (exportTo.size === 0 || ['*', '.', namespace].some((scope) => exportTo.has(scope))) {
        rulesIn(this.local, namespace).add(host, rule, exportTo);
      }
      const own = exportTo.size === 0 ? defaultDestinationRuleExportTo.includes('.') : isOnlyFor(exportTo, namespace);
      if (!own) {
        rulesIn(this.exported, namespace).add(host, rule, exportTo);
      } else if (namespace === rootNamespace) {
        this.rootOnly.add(host, rule, exportTo);
      }
    }
  }

  /** What a client's proxy does with calls to a service. */
  public for(client: DestinationRuleClient, service: Service): DestinationRuleInForce {
    const found = this.select(client.namespace, service);
    // Of several, one that selects the client's pods; else the last that selects none.
    let decisive = -1;
    for (const [index, rule] of found.entries()) {
      if (!rule.selector) {
        decisive = index;
      } else if (
        rule.from[0].namespace === client.namespace &&
        client.labels &&
        hasLabels(client.labels, rule.selector)
      ) {
        decisive = index;
        break;
      }
    }
    const key = `${service.host} ${service.namespace} ${client.namespace ?? ''} ${decisive}`;
    const known = this.inForce.get(key);
    if (known) return known;
    const missing = client.namespace === undefined ? this.rivalsOf(service) : [];
    const rule = new InForce(this.cluster, service, found[decisive], missing);
    this.inForce.set(key, rule);
    return rule;
  }

  /** @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context.go (destinationRule) */
  private select(client: string | undefined, { host, namespace }: Service): readonly MergedRule[] {
    const { rootNamespace } = this.cluster.mesh;
    const own = client === rootNamespace ? this.rootOnly : client === undefined ? undefined : this.local.get(client);
    return (
      own?.for(host) ??
      this.exportedFrom(namespace, host, client) ??
      this.exportedFrom(rootNamespace, host, client) ??
      NONE
    );
  }

  /** There is no way back to a less specific host: where the most specific is not for this client, nothing is. */
  private exportedFrom(owner: string, host: string, client: string | undefined): readonly MergedRule[] | undefined {
    const found = this.exported.get(owner)?.for(host);
    const visible = found?.filter(
      ({ exportTo }) => exportTo.size === 0 || exportTo.has('*') || (client !== undefined && exportTo.has(client)),
    );
    return visible?.length ? visible : undefined;
  }

  /** Rules that would come first, did the client live where they do. */
  private rivalsOf({ host, namespace }: Service): readonly string[] {
    const rival = [...this.local].find(
      ([owner, rules]) => owner !== namespace && owner !== this.cluster.mesh.rootNamespace && rules.for(host),
    );
    return rival ? [`whether the client is in namespace ${rival[0]}, which has a DestinationRule of its own`] : [];
  }
}

class InForce implements DestinationRuleInForce {
  public readonly rules: readonly WrittenRule[];
  public readonly subsets: ReadonlyMap<string, Labels>;
  public readonly missing: readonly string[];
  private readonly policies = new Map<string, TrafficPolicy>();

  public constructor(
    private readonly cluster: Cluster,
    private readonly service: Service,
    private readonly rule: MergedRule | undefined,
    missing: readonly string[],
  ) {
    this.rules = rule?.from ?? [];
    this.subsets = new Map([...(rule?.subsets ?? [])].reverse().map(({ name, labels }) => [name, labels ?? {}]));
    this.missing = [...missing, ...(rule?.missing ?? [])];
  }

  public trafficPolicy(port: number, subset?: string): TrafficPolicy {
    const key = `${port} ${subset ?? ''}`;
    let policy = this.policies.get(key);
    if (!policy) {
      const own =
        subset === undefined ? undefined : this.rule?.subsets.find(({ name }) => name === subset)?.trafficPolicy;
      policy = layeredPolicy(this.cluster.mesh.defaultTrafficPolicy, this.rule?.trafficPolicy, own, port);
      this.policies.set(key, policy);
    }
    return policy;
  }

  /** @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/cluster_tls.go (buildUpstreamTLSSettings) */
  public tlsMode(port: number, subset?: string): TlsMode {
    const { tls } = this.trafficPolicy(port, subset);
    if (tls) return tls.mode ?? 'DISABLE';
    return this.cluster.mesh.enableAutoMtls && !this.service.external ? 'auto' : 'DISABLE';
  }
}

const NONE: readonly MergedRule[] = [];

function rulesIn(byNamespace: Map<string, MergedRules>, namespace: string): MergedRules {
  const rules = byNamespace.get(namespace) ?? new MergedRules();
  byNamespace.set(namespace, rules);
  return rules;
}

function isOnlyFor(exportTo: ReadonlySet<string>, namespace: string): boolean {
  return exportTo.size === 1 && (exportTo.has('.') || exportTo.has(namespace));
}
