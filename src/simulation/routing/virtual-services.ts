import { oldestFirst } from '../../manifests/age';
import type { Cluster } from '../../manifests/cluster';
import type { Manifest } from '../../manifests/manifest';
import type { Bodies } from '../../manifests/types';
import { exportedTo } from '../visibility/exported-to';
import { bySpecificity, isSubsetOf, isWildcard } from '../visibility/hosts';
import { resolveShortName } from '../visibility/resolve-host';
import type { RoutesToSee } from '../visibility/sidecar-scope';
import { type DelegateLookup, type HttpRule, httpRules, resolveGateway } from './http-rules';
import { MESH } from './proxy-node';

type Written = Manifest<Bodies['networking.istio.io/VirtualService']>;

/** A VirtualService with full names. Its routes are compiled when they are first asked for. */
export class VirtualService implements RoutesToSee {
  public readonly namespace: string;
  public readonly hosts: readonly string[];
  public readonly gateways: readonly string[];
  /** Whether it says something of connections that are not HTTP. */
  public readonly hasTcp: boolean;
  public readonly hasTls: boolean;
  private compiled: readonly HttpRule[] | undefined;

  public constructor(
    public readonly manifest: Written,
    public readonly exportTo: readonly string[],
    private readonly delegates: DelegateLookup,
  ) {
    const spec = manifest.body.spec ?? {};
    this.namespace = manifest.namespace;
    this.hosts = (spec.hosts ?? []).map((host) => resolveShortName(host, this.namespace).toLowerCase());
    this.gateways = spec.gateways?.length
      ? spec.gateways.map((gateway) => resolveGateway(gateway, this.namespace))
      : [MESH];
    this.hasTcp = Boolean(spec.tcp?.length);
    this.hasTls = Boolean(spec.tls?.length);
  }

  public get rules(): readonly HttpRule[] {
    this.compiled ??= httpRules({ manifest: this.manifest, http: this.manifest.body.spec?.http ?? [] }, this.delegates);
    return this.compiled;
  }
}

/** The VirtualServices of a cluster by whom they are for. Those without hosts are parts of others. */
export class VirtualServices {
  public static of(cluster: Cluster): VirtualServices {
    return new VirtualServices(cluster);
  }

  private readonly audiences = new Map<string, Audience>();
  private readonly nobody = new Audience();

  private constructor(cluster: Cluster) {
    const defaults = cluster.mesh.defaultVirtualServiceExportTo;
    const delegates = new Map<string, Written>();
    const roots: Written[] = [];
    for (const manifest of oldestFirst(cluster.objects('networking.istio.io/VirtualService'))) {
      if (manifest.body.spec?.hosts?.length) roots.push(manifest);
      else delegates.set(`${manifest.namespace}/${manifest.name}`, manifest);
    }
    const lookUp = (root: string): DelegateLookup => {
      return (name, namespace) => {
        const found = delegates.get(`${namespace}/${name}`);
        if (!found) return `there is no VirtualService ${namespace}/${name} without hosts`;
        if (!exportedTo(exportsOf(found, defaults), namespace, root)) {
          return `VirtualService ${namespace}/${name} is not exported to namespace ${root}`;
        }
        return { manifest: found, http: found.body.spec?.http ?? [] };
      };
    };
    for (const manifest of roots) {
      const service = new VirtualService(manifest, exportsOf(manifest, defaults), lookUp(manifest.namespace));
      for (const gateway of new Set(service.gateways)) {
        const audience = this.audiences.get(gateway) ?? new Audience();
        this.audiences.set(gateway, audience);
        audience.add(service);
      }
    }
  }

  /** What is meant for a gateway, `shop/api`, or for the `mesh`, and who of it can be told to whom. */
  public for(gateway: string): Audience {
    return this.audiences.get(gateway) ?? this.nobody;
  }
}

/**
 * VirtualServices for one gateway, or for the mesh. Where several are for one host, proxies read first those that are
 * exported to their namespace alone, then those for some namespaces, then those for all; in each, the oldest first.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context.go (VirtualServicesForGateway)
 */
export class Audience {
  private readonly everybody = new Shelf();
  private readonly exclusive = new Map<string, Shelf>();
  private readonly shared = new Map<string, Shelf>();
  private readonly known = new Map<string | undefined, readonly Shelf[]>();

  public add(service: VirtualService): void {
    const { exportTo, namespace } = service;
    if (exportTo.includes('*')) {
      this.everybody.add(service);
      return;
    }
    if (exportTo.includes('~')) return;
    for (const scope of new Set(exportTo.map((it) => (it === '.' ? namespace : it)))) {
      const shelves = scope === namespace ? this.exclusive : this.shared;
      const shelf = shelves.get(scope) ?? new Shelf();
      shelves.set(scope, shelf);
      shelf.add(service);
    }
  }

  /** All that proxies of a namespace read. Without one, what every proxy reads. */
  public all(namespace: string | undefined): readonly VirtualService[] {
    return this.shelves(namespace).flatMap(({ services }) => services);
  }

  /** Those that name exactly this host, in groups of which the first that says something wins. */
  public at(host: string, namespace: string | undefined): readonly (readonly VirtualService[])[] {
    return this.shelves(namespace).map((shelf) => shelf.at(host));
  }

  /** The wildcards among their hosts that cover this one, the most specific first. */
  public wildcardsOver(host: string, namespace: string | undefined): readonly string[] {
    const shelves = this.shelves(namespace);
    if (shelves.every(({ wildcards }) => wildcards.length === 0)) return [];
    const covering = shelves.flatMap(({ wildcards }) => wildcards.filter((it) => isSubsetOf(host, it)));
    return [...new Set(covering)].sort(bySpecificity);
  }

  /** Whether proxies of some namespace read more than `all(undefined)`. */
  public get hasSecrets(): boolean {
    return this.exclusive.size > 0 || this.shared.size > 0;
  }

  private shelves(namespace: string | undefined): readonly Shelf[] {
    let shelves = this.known.get(namespace);
    if (!shelves) {
      const own = namespace === undefined ? [] : [this.exclusive.get(namespace), this.shared.get(namespace)];
      shelves = [...own, this.everybody].filter((it) => it !== undefined);
      this.known.set(namespace, shelves);
    }
    return shelves;
  }
}

/** VirtualServices among which only their age decides, oldest first. */
class Shelf {
  public readonly services: VirtualService[] = [];
  public readonly wildcards: string[] = [];
  private readonly byHost = new Map<string, VirtualService[]>();

  public add(service: VirtualService): void {
    this.services.push(service);
    for (const host of new Set(service.hosts)) {
      const list = this.byHost.get(host);
      if (list) {
        list.push(service);
      } else {
        this.byHost.set(host, [service]);
        if (isWildcard(host)) this.wildcards.push(host);
      }
    }
  }

  public at(host: string): readonly VirtualService[] {
    return this.byHost.get(host) ?? NONE;
  }
}

const NONE: readonly VirtualService[] = [];

function exportsOf(manifest: Written, defaults: readonly string[]): readonly string[] {
  const stated = manifest.body.spec?.exportTo;
  return stated?.length ? stated : defaults;
}
