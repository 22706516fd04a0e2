import type { SidecarSpec } from '../../manifests/types';
import { hostsMatch, isSubsetOf, isWildcard } from './hosts';

type EgressSpec = NonNullable<SidecarSpec['egress']>[number];

/** What one entry of a Sidecar's `egress` lets its proxies know of. */
export class EgressListener {
  /** Where the Sidecar says nothing of egress: all that is exported to the namespace. */
  public static everything(): EgressListener {
    return new EgressListener({ hosts: ['*/*'] }, '', -1);
  }

  /** `namespace` is that of the proxies: a Sidecar of the root namespace is read once for each. */
  public static of(spec: EgressSpec, namespace: string, index: number): EgressListener {
    return new EgressListener(spec, namespace, index);
  }

  /** `undefined` for the listener of all ports that no other names. */
  public readonly port: number | undefined;
  /** Connections reach it at an address of its own, or as a proxy: not by calling a service's address. */
  public readonly apart: boolean;

  private readonly byNamespace = new Map<string, HostList>();

  private constructor(
    spec: EgressSpec,
    namespace: string,
    /** Which entry of `egress`. */
    public readonly index: number,
  ) {
    this.port = spec.port?.number || undefined;
    const isProxy = spec.port?.protocol?.toUpperCase() === 'HTTP_PROXY';
    this.apart = Boolean(spec.bind) || spec.captureMode === 'NONE' || isProxy;
    spec.hosts.forEach((entry, at) => {
      const [scope, host, more] = entry.split('/');
      // "Illegal host in sidecar resource": it is skipped.
      if (host === undefined || more !== undefined) return;
      const excluded = scope.startsWith('~');
      const wanted = excluded ? scope.slice(1) || '*' : scope;
      this.listOf(wanted === '.' ? namespace : wanted).add(host, at, excluded);
    });
  }

  /** Those from which it may import something; `*` for any. */
  public get namespaces(): readonly string[] {
    return [...this.byNamespace.keys()];
  }

  /** Which of its `hosts` imports a service; `undefined` if none does. */
  public imports(host: string, namespace: string): number | undefined {
    const own = this.byNamespace.get(namespace);
    const any = this.byNamespace.get('*');
    if (own?.excludes(host) || any?.excludes(host)) return undefined;
    return own?.covers(host) ?? any?.covers(host);
  }

  /**
   * Whether it imports a VirtualService with these hosts, of which one must overlap with what it imports.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/virtualservice.go (SelectVirtualServices)
   */
  public importsRoutes(hosts: readonly string[], namespace: string): boolean {
    const own = this.byNamespace.get(namespace);
    const any = this.byNamespace.get('*');
    return hosts.some(
      (host) => (own?.overlaps(host) || any?.overlaps(host)) && !own?.excludes(host) && !any?.excludes(host),
    );
  }

  private listOf(namespace: string): HostList {
    const list = this.byNamespace.get(namespace) ?? new HostList();
    this.byNamespace.set(namespace, list);
    return list;
  }
}

/** The hosts of one namespace, or of all of them, that a listener names. */
class HostList {
  private readonly exact = new Map<string, number>();
  private readonly wildcards: { readonly host: string; readonly at: number }[] = [];
  private readonly excluded: string[] = [];

  public add(host: string, at: number, excluded: boolean): void {
    if (excluded) {
      this.excluded.push(host);
    } else if (isWildcard(host)) {
      this.wildcards.push({ host, at });
    } else {
      this.exact.set(host, at);
    }
  }

  public covers(host: string): number | undefined {
    return this.exact.get(host) ?? this.wildcards.find((wildcard) => isSubsetOf(host, wildcard.host))?.at;
  }

  /** Looser than `covers`: a route for `*.com` is imported by one who asks for `a.com`. */
  public overlaps(host: string): boolean {
    if (this.exact.has(host) || this.wildcards.some((wildcard) => hostsMatch(host, wildcard.host))) return true;
    return isWildcard(host) && [...this.exact.keys()].some((exact) => hostsMatch(host, exact));
  }

  public excludes(host: string): boolean {
    return this.excluded.some((excluded) => isSubsetOf(host, excluded));
  }
}
