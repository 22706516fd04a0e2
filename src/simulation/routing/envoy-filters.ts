import type { Cluster } from '../../manifests/cluster';
import type { Manifest } from '../../manifests/manifest';
import { hasLabels, type Labels } from '../../manifests/selectors';
import type { Bodies } from '../../manifests/types';
import type { ProxyNode } from './proxy-node';

/** What EnvoyFilters do to a proxy that nobody here can follow. */
export interface Patches {
  /** They write routes: whatever is said of a route may be wrong. */
  readonly routes: readonly string[];
  /** They write what stands around the routes: a filter, a cluster, a listener. */
  readonly others: readonly string[];
}

/** The EnvoyFilters of a cluster, which say to Envoy what no other object tells. */
export class EnvoyFilters {
  public static of(cluster: Cluster): EnvoyFilters {
    return new EnvoyFilters(cluster);
  }

  private readonly byNamespace = new Map<string, Filter[]>();
  private readonly known = new Map<string, Patches>();

  private constructor(private readonly cluster: Cluster) {
    for (const manifest of cluster.objects('networking.istio.io/EnvoyFilter')) {
      const list = this.byNamespace.get(manifest.namespace) ?? [];
      this.byNamespace.set(manifest.namespace, list);
      list.push(filterOf(manifest));
    }
  }

  /** Those of the root namespace hold for the whole mesh. */
  public for(proxy: ProxyNode): Patches {
    if (this.byNamespace.size === 0) return UNTOUCHED;
    const key = `${proxy.kind} ${proxy.namespace} ${proxy.workload?.id ?? JSON.stringify(proxy.labels)}`;
    const known = this.known.get(key);
    if (known) return known;
    const scopes = new Set([this.cluster.mesh.rootNamespace, proxy.namespace ?? '']);
    const patches: { routes: string[]; others: string[] } = { routes: [], others: [] };
    for (const { manifest, selector, effects } of [...scopes].flatMap((scope) => this.byNamespace.get(scope) ?? [])) {
      if (!hasLabels(proxy.labels ?? {}, selector)) continue;
      const name = `what EnvoyFilter ${manifest.namespace}/${manifest.name} does to`;
      const effect = effects[proxy.kind];
      if (effect === 'routes') patches.routes.push(`${name} the routes of the ${proxy.kind}`);
      if (effect === 'others') patches.others.push(`${name} the ${proxy.kind}`);
    }
    this.known.set(key, patches);
    return patches;
  }
}

const UNTOUCHED: Patches = { routes: [], others: [] };

interface Filter {
  readonly manifest: Manifest<unknown>;
  readonly selector: Labels;
  readonly effects: Readonly<Record<ProxyNode['kind'], Effect>>;
}

type Effect = 'routes' | 'others' | 'none';
type Written = Bodies['networking.istio.io/EnvoyFilter'];
type Patch = NonNullable<NonNullable<Written['spec']>['configPatches']>[number];

function filterOf(manifest: Manifest<Written>): Filter {
  const { configPatches = [], workloadSelector } = manifest.body.spec ?? {};
  const effect = (context: string): Effect => {
    const patches = configPatches.filter((patch) => ['ANY', context].includes(patch.match?.context ?? 'ANY'));
    if (patches.some(({ applyTo }) => ROUTES.has(applyTo ?? ''))) return 'routes';
    return patches.some((patch) => !translatesGrpcWeb(patch)) ? 'others' : 'none';
  };
  return {
    manifest,
    selector: workloadSelector?.labels ?? {},
    effects: { sidecar: effect('SIDECAR_OUTBOUND'), gateway: effect('GATEWAY') },
  };
}

const ROUTES = new Set(['HTTP_ROUTE', 'VIRTUAL_HOST', 'ROUTE_CONFIGURATION']);

/** That one adds a translation and leaves everything else alone. */
function translatesGrpcWeb({ applyTo, patch }: Patch): boolean {
  return applyTo === 'HTTP_FILTER' && JSON.stringify(patch?.value ?? {}).includes('grpc_web');
}
