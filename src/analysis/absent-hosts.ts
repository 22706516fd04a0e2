import type { Cluster } from '../manifests/cluster';
import { CLUSTER_DOMAIN, type Service, serviceHost } from '../manifests/service';
import { nearest } from '../manifests/words';
import { exportedTo } from '../simulation/visibility/exported-to';
import { isSubsetOf, isWildcard } from '../simulation/visibility/hosts';
import { resolveShortName } from '../simulation/visibility/resolve-host';

/** A host of which nothing is among the manifests. */
export interface AbsentHost {
  readonly host: string;
  /** Where it was written as people say it, and not as Istio reads it: the full name. */
  readonly meant?: string;
  /** ` Did you mean …?`, or nothing. */
  readonly hint: string;
  /** The full name of the host of that hint. */
  readonly near?: string;
  /** It is there, and this `exportTo` of it keeps it from those who ask. */
  readonly hidden?: string;
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
  /** How many say that there is a host: of several only one is at hand. */
  private readonly declared = new Map<string, number>();
  private readonly entriesRefused: boolean;

  private constructor(private readonly cluster: Cluster) {
    for (const { name, namespace } of cluster.objects('Service')) {
      this.namespaces.add(namespace);
      this.declare(serviceHost(name, namespace));
    }
    this.wildcards = [...cluster.services.keys()].filter(isWildcard);
    for (const { manifest } of cluster.malformed) {
      if (manifest.kind === 'Service') this.refused.add(serviceHost(manifest.name, manifest.namespace));
    }
    for (const { body } of cluster.objects('networking.istio.io/ServiceEntry')) {
      for (const host of body.spec?.hosts ?? []) this.declare(host.toLowerCase());
    }
    this.entriesRefused = cluster.malformed.some(({ manifest }) => manifest.kind === 'ServiceEntry');
  }

  /** `undefined` for a host that is there, or may be, for some of those to whom what names it is exported. */
  public find(written: string, namespace: string, exportTo?: readonly string[]): AbsentHost | undefined {
    const { services } = this.cluster;
    const host = resolveShortName(written, namespace).toLowerCase();
    const service = services.get(host);
    if (service)
      return this.declared.get(host) === 1 && isHidden(service, namespace, exportTo)
        ? { host, hint: '', hidden: `exportTo: ${service.exportTo.join(', ')}`, external: false }
        : undefined;
    if (this.refused.has(host)) return undefined;
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
      const near = nearest(name, names);
      return near === undefined
        ? { host, hint: '', external: false }
        : { host, hint: ` Did you mean '${near}'?`, near: serviceHost(near, owner), external: false };
    }
    for (const end of [`.svc.${CLUSTER_DOMAIN}`, `.${CLUSTER_DOMAIN}`]) {
      if (services.has(`${host}${end}`)) return { host, meant: `${host}${end}`, hint: '', external: false };
    }
    return this.entriesRefused ? undefined : { host, hint: '', external: true };
  }

  private declare(host: string): void {
    this.declared.set(host, (this.declared.get(host) ?? 0) + 1);
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

/** Nobody sees both: of an object for all, those to whom the service is exported read it as well. */
function isHidden({ exportTo, namespace }: Service, owner: string, readers: readonly string[] = []): boolean {
  if (exportTo.includes('*') || exportTo.length === 0) return false;
  if (exportTo.includes('~')) return true;
  if (readers.length === 0 || readers.includes('*')) return false;
  return !readers.some((reader) => exportedTo(exportTo, namespace, reader === '.' ? owner : reader));
}
