import type { Cluster } from '../manifests/cluster';
import { CLUSTER_DOMAIN, serviceHost } from '../manifests/service';
import { didYouMean } from '../manifests/words';
import { isSubsetOf, isWildcard } from '../simulation/visibility/hosts';
import { resolveShortName } from '../simulation/visibility/resolve-host';

/** A host of which nothing is among the manifests. */
export interface AbsentHost {
  readonly host: string;
  /** Where it was written as people say it, and not as Istio reads it: the full name. */
  readonly meant?: string;
  /** ` Did you mean …?`, or nothing. */
  readonly hint: string;
  /** Outside of the cluster: a ServiceEntry elsewhere may make it known. */
  readonly external: boolean;
}

/** Tells which hosts are certainly not there: in a namespace of which nothing is known, anything may be. */
export class AbsentHosts {
  public static of(cluster: Cluster): AbsentHosts {
    return new AbsentHosts(cluster);
  }

  private readonly namespaces = new Set<string>();
  private readonly wildcards: readonly string[];
  private readonly refused = new Set<string>();
  private readonly entriesRefused: boolean;

  private constructor(private readonly cluster: Cluster) {
    for (const { kind, namespace } of cluster.services.values()) if (kind === 'Service') this.namespaces.add(namespace);
    this.wildcards = [...cluster.services.keys()].filter(isWildcard);
    for (const { manifest } of cluster.malformed) {
      if (manifest.kind === 'Service') this.refused.add(serviceHost(manifest.name, manifest.namespace));
    }
    this.entriesRefused = cluster.malformed.some(({ manifest }) => manifest.kind === 'ServiceEntry');
  }

  /** `undefined` for a host that is there, or may be. */
  public find(written: string, namespace: string): AbsentHost | undefined {
    const { services } = this.cluster;
    const host = resolveShortName(written, namespace).toLowerCase();
    if (services.has(host) || this.refused.has(host)) return undefined;
    if (isWildcard(host)) {
      const stem = host.slice(1);
      const known = stem === '' || `.${CLUSTER_DOMAIN}`.endsWith(stem) || this.covers(host);
      return known || this.maybeExternal(host) ? undefined : { host, hint: '', external: true };
    }
    if (this.wildcards.some((wildcard) => isSubsetOf(host, wildcard))) return undefined;
    if (host.endsWith(`.svc.${CLUSTER_DOMAIN}`)) {
      const [name, owner] = host.split('.');
      if (!this.namespaces.has(owner)) return undefined;
      const names = [...services.values()].filter((it) => it.namespace === owner).map((it) => it.name);
      return { host, hint: didYouMean(name, names), external: false };
    }
    for (const end of [`.svc.${CLUSTER_DOMAIN}`, `.${CLUSTER_DOMAIN}`]) {
      if (services.has(`${host}${end}`)) return { host, meant: `${host}${end}`, hint: '', external: false };
    }
    return this.entriesRefused ? undefined : { host, hint: '', external: true };
  }

  private covers(wildcard: string): boolean {
    for (const host of this.cluster.services.keys()) if (isSubsetOf(host, wildcard)) return true;
    return false;
  }

  /** Of a namespace that is not here. */
  private maybeExternal(wildcard: string): boolean {
    return this.entriesRefused || wildcard.endsWith(`.svc.${CLUSTER_DOMAIN}`);
  }
}
