import type { Cluster } from '../manifests/cluster';
import { isObject } from '../manifests/json';
import { isSubsetOf, isWildcard } from '../simulation/visibility/hosts';
import { resolveShortName } from '../simulation/visibility/resolve-host';

/** The subsets that DestinationRules, of whatever namespace, make of a host. */
export class Subsets {
  public static of(cluster: Cluster): Subsets {
    return new Subsets(cluster);
  }

  private readonly byHost = new Map<string, Set<string>>();
  private readonly unread = new Set<string>();

  private constructor(cluster: Cluster) {
    for (const { namespace, body } of cluster.objects('networking.istio.io/DestinationRule')) {
      const host = resolveShortName(body.spec?.host ?? '', namespace).toLowerCase();
      const names = this.byHost.get(host) ?? new Set<string>();
      for (const { name } of body.spec?.subsets ?? []) names.add(name);
      this.byHost.set(host, names);
    }
    for (const { manifest } of cluster.malformed) {
      if (manifest.kind !== 'DestinationRule') continue;
      const host = isObject(manifest.body.spec) ? manifest.body.spec.host : undefined;
      this.unread.add(typeof host === 'string' ? resolveShortName(host, manifest.namespace).toLowerCase() : '*');
    }
  }

  /** The names; `undefined` where an object that cannot be read may make others. */
  public at(host: string): ReadonlySet<string> | undefined {
    if (this.unread.has(host) || [...this.unread].some((it) => isWildcard(it) && isSubsetOf(host, it)))
      return undefined;
    const own = this.byHost.get(host);
    if (own) return own;
    const covering = [...this.byHost.keys()].filter((it) => isWildcard(it) && isSubsetOf(host, it));
    return new Set(covering.flatMap((it) => [...(this.byHost.get(it) ?? [])]));
  }
}
