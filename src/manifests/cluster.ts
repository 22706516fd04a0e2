import { LabelIndex } from './label-index';
import { type Malformed, mayBe } from './malformed';
import type { Manifest } from './manifest';
import { ISTIO_DEFAULTS, type MeshSettings } from './mesh-settings';
import { meshSettingsOf } from './mesh-settings-of';
import type { Namespace } from './namespace';
import { kindOf, ObjectIndex } from './object-index';
import { READ_KINDS } from './read-kinds';
import { type Service, serviceOf, servicesOfEntry } from './service';
import { shapeProblems } from './shape';
import type { Bodies, Kind } from './types';
import type { Workload } from './workload';
import { workloadsOf } from './workloads-of';

export type { Malformed } from './malformed';

export interface ClusterOptions {
  /** What the mesh is set to, where no manifest says so. */
  readonly mesh?: Partial<MeshSettings>;
  /** Namespaces to take as injected, though their objects are not among the manifests; `*` for all of those. */
  readonly injected?: readonly string[];
  /** Whether policies that are only dry runs (`istio.io/dry-run`) are taken as enforced. */
  readonly dryRunEnforced?: boolean;
}

/**
 * What manifests say of a cluster, indexed once and never changed.
 *
 * Objects are those an API server would hold after `kubectl apply` of all manifests to an empty cluster: of two with
 * one name the last, and none that it would refuse.
 */
export class Cluster {
  public static of(manifests: readonly Manifest[], options: ClusterOptions = {}): Cluster {
    return new Cluster(manifests, options);
  }

  public readonly mesh: MeshSettings;
  public readonly dryRunEnforced: boolean;
  public readonly malformed: readonly Malformed[];
  public readonly namespaces: ReadonlyMap<string, Namespace>;
  public readonly workloads: readonly Workload[];
  /** By host. Of two services with one host the first is here, as in istiod. */
  public readonly services: ReadonlyMap<string, Service>;
  /** Kinds that no answer depends on as far as we know, and how many objects each has. */
  public readonly unreadKinds: ReadonlyMap<string, number>;

  private readonly index = new ObjectIndex();
  private readonly backends = new Map<Service, Workload[]>();
  private readonly fronts = new Map<Workload, Service[]>();

  private constructor(
    public readonly manifests: readonly Manifest[],
    options: ClusterOptions,
  ) {
    const malformed: Malformed[] = [];
    const unread = new Map<string, number>();
    for (const manifest of lastOfEachName(manifests)) {
      const problems = shapeProblems(manifest);
      if (problems.length > 0) {
        malformed.push({ manifest, problems });
        continue;
      }
      const kind = kindOf(manifest);
      if (!READ_KINDS.has(kind)) {
        unread.set(kind, (unread.get(kind) ?? 0) + 1);
      }
      this.index.add(manifest);
    }
    this.dryRunEnforced = options.dryRunEnforced ?? false;
    this.malformed = malformed;
    this.unreadKinds = unread;
    this.mesh = { ...ISTIO_DEFAULTS, ...meshSettingsOf(this.objects('ConfigMap')), ...options.mesh };
    this.namespaces = namespacesOf(this.objects('Namespace'), manifests, options.injected ?? []);
    this.workloads = workloadsOf(this.index, this.namespaces, this.mesh.trustDomain);
    this.services = this.joinServices();
  }

  /** The objects of a kind, in the order of the manifests; of one namespace, if it is named. */
  public objects<K extends Kind>(kind: K, namespace?: string): readonly Manifest<Bodies[K]>[] {
    return this.index.of(kind, namespace);
  }

  /** What an API server would refuse of a kind, and what may be meant as one of it. */
  public malformedOf(kind: Kind): readonly Malformed[] {
    return this.malformed.filter((one) => mayBe(kind, one));
  }

  /** The workloads behind a service. */
  public workloadsOf(service: Service): readonly Workload[] {
    return this.backends.get(service) ?? [];
  }

  /** The services in front of a workload. */
  public servicesOf(workload: Workload): readonly Service[] {
    return this.fronts.get(workload) ?? [];
  }

  private joinServices(): ReadonlyMap<string, Service> {
    const services = new Map<string, Service>();
    const bySelector = new LabelIndex<Service>();
    const found = [
      ...this.objects('Service').map((it) => serviceOf(it, it.body.spec ?? {}, this.mesh.defaultServiceExportTo)),
      ...this.objects('networking.istio.io/ServiceEntry').flatMap((it) =>
        it.body.spec ? servicesOfEntry(it, it.body.spec, this.mesh.defaultServiceExportTo) : [],
      ),
    ];
    for (const service of found) {
      if (!services.has(service.host)) {
        services.set(service.host, service);
      }
      if (service.selector) {
        bySelector.add(service.namespace, service.selector, service);
      }
    }
    for (const workload of this.workloads) {
      for (const service of bySelector.matching(workload.namespace, workload.labels)) {
        push(this.backends, service, workload);
        push(this.fronts, workload, service);
      }
    }
    return services;
  }
}

function lastOfEachName(manifests: readonly Manifest[]): Iterable<Manifest> {
  const byName = new Map<string, Manifest>();
  for (const manifest of manifests) {
    byName.set(`${manifest.group}/${manifest.kind} ${manifest.namespace} ${manifest.name}`, manifest);
  }
  return byName.values();
}

function namespacesOf(
  objects: readonly Manifest<Bodies['Namespace']>[],
  manifests: readonly Manifest[],
  injected: readonly string[],
): ReadonlyMap<string, Namespace> {
  const namespaces = new Map<string, Namespace>();
  for (const { name, labels, annotations } of objects) {
    namespaces.set(name, { name, known: true, labels, annotations });
  }
  for (const { namespace: name } of manifests) {
    if (name && !namespaces.has(name)) {
      const taken = injected.includes(name) || injected.includes('*');
      const labels: Record<string, string> = taken ? { 'istio-injection': 'enabled' } : {};
      namespaces.set(name, { name, known: false, labels, annotations: {} });
    }
  }
  return namespaces;
}

function push<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  list ? list.push(item) : lists.set(key, [item]);
}
