import { certainlyOlder, oldestFirst } from '../../manifests/age';
import type { Cluster } from '../../manifests/cluster';
import { LabelIndex } from '../../manifests/label-index';
import type { Manifest } from '../../manifests/manifest';
import type { Service } from '../../manifests/service';
import type { Workload } from '../../manifests/workload';
import { allow, type Decision, deny, type Reason, unknown } from '../verdict';
import { exportedTo } from './exported-to';
import { notExported, type RoutesToSee, type Sidecar, SidecarScope } from './sidecar-scope';

export interface OutboundPolicy {
  readonly mode: 'ALLOW_ANY' | 'REGISTRY_ONLY';
  readonly reasons: readonly Reason[];
}

/**
 * What each proxy of a cluster is told of: its services and routes, and what it does with calls to others.
 *
 * A call to a service that the proxy does not see ends there with status 14 under `REGISTRY_ONLY`. Under `ALLOW_ANY`
 * it leaves as the client wrote it: plain TCP to the service's address, without the identity of the mesh or any route.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export class SidecarScopes {
  public static of(cluster: Cluster): SidecarScopes {
    return new SidecarScopes(cluster);
  }

  private readonly selecting = new LabelIndex<Sidecar>();
  private readonly general = new Map<string, Sidecar[]>();
  private readonly compiled = new Map<string, SidecarScope>();
  private readonly candidates = new WeakMap<Workload, readonly SidecarScope[]>();
  private readonly visible = new Map<SidecarScope | string, readonly Service[]>();
  private readonly malformed: readonly Manifest<unknown>[];
  private readonly servicesIn = new Map<string, Service[]>();

  private constructor(private readonly cluster: Cluster) {
    for (const sidecar of oldestFirst(cluster.objects('networking.istio.io/Sidecar'))) {
      const selector = sidecar.body.spec?.workloadSelector;
      if (selector) {
        this.selecting.add(sidecar.namespace, selector.labels ?? {}, sidecar);
      } else {
        const list = this.general.get(sidecar.namespace);
        list ? list.push(sidecar) : this.general.set(sidecar.namespace, [sidecar]);
      }
    }
    for (const service of cluster.services.values()) {
      const list = this.servicesIn.get(service.namespace);
      list ? list.push(service) : this.servicesIn.set(service.namespace, [service]);
    }
    this.malformed = cluster.malformedOf('networking.istio.io/Sidecar').map(({ manifest }) => manifest);
  }

  /** The scope of a workload's sidecar; `undefined` for a workload that no Sidecar can reach. */
  public scopeOf(workload: Workload): SidecarScope | undefined {
    return obeysSidecars(workload) ? this.scopesOf(workload)[0] : undefined;
  }

  /**
   * Whether calls of a workload to a port of a service are known to its proxy. `undefined`: a client we do not know.
   */
  public sees(workload: Workload | undefined, service: Service, port: number): Decision {
    if (!workload) {
      return seen('the client is not among the manifests and is taken to see every service');
    }
    if (workload.dataPlane === 'none') {
      return seen(`${workload.id} has no proxy that could keep a service from it`);
    }
    if (workload.dataPlane === 'ambient') {
      // Neither Sidecar nor exportTo reaches ztunnel: istio.io/latest/docs/ambient, and message IST0167.
      return seen(`${workload.id} is in ambient mode, where nothing limits what a client sees`);
    }
    if (workload.dataPlane === 'gateway') {
      return exportedTo(service.exportTo, service.namespace, workload.namespace)
        ? seen(`gateways see every service that is exported to them, as ${service.host} is`)
        : deny([notExported(service, workload.namespace)]);
    }
    const decision = this.ofSidecar(workload, service, port);
    if (workload.dataPlane === 'unknown' && decision.outcome === 'deny') {
      return unknown([`the labels of namespace ${workload.namespace}`], decision.reasons);
    }
    return decision;
  }

  /**
   * Whether a workload's proxy reads a VirtualService, for calls to a port or, without one, for any.
   *
   * DestinationRules are read for every service that the proxy sees, by `exportedTo` and the order of namespaces.
   */
  public seesRoutes(workload: Workload | undefined, config: RoutesToSee, port?: number): boolean {
    const scope = workload && this.scopeOf(workload);
    if (scope) return scope.seesRoutes(config, port);
    if (!workload) return config.exportTo.includes('*');
    return workload.dataPlane !== 'none' && exportedTo(config.exportTo, config.namespace, workload.namespace);
  }

  /** What a workload's proxy does with calls to hosts that it does not see. */
  public outboundPolicyOf(workload: Workload | undefined): OutboundPolicy {
    if (workload?.dataPlane === 'none' || workload?.dataPlane === 'ambient') {
      const text = `${workload.id} has no sidecar that could keep it from calling others`;
      return { mode: 'ALLOW_ANY', reasons: [{ layer: 'visibility', text }] };
    }
    const sidecar = workload && this.scopeOf(workload)?.sidecar;
    const policy = sidecar?.body.spec?.outboundTrafficPolicy;
    if (sidecar && policy) {
      // REGISTRY_ONLY is 0 in the API, so it is also what a policy without a mode says.
      const mode = policy.mode ?? 'REGISTRY_ONLY';
      const text = `Sidecar ${sidecar.namespace}/${sidecar.name} sets outboundTrafficPolicy ${mode}`;
      const path = ['spec', 'outboundTrafficPolicy'];
      return { mode, reasons: [{ layer: 'visibility', text, object: sidecar, path }] };
    }
    const { outboundTrafficPolicy: mode, stated } = this.cluster.mesh;
    const text = `${mode} is the mesh's outboundTrafficPolicy${stated ? '' : ' where its configuration says nothing'}`;
    return { mode, reasons: [{ layer: 'visibility', text }] };
  }

  /** The services of which a workload's proxy sees at least one port. */
  public visibleServices(workload: Workload | undefined): readonly Service[] {
    const key = this.audienceOf(workload);
    const known = this.visible.get(key);
    if (known) return known;
    const found = this.servicesFor(key).filter((service) =>
      service.ports.some(({ number }) => this.sees(workload, service, number).outcome !== 'deny'),
    );
    this.visible.set(key, found);
    return found;
  }

  /** Workloads of one audience see the same. */
  private audienceOf(workload: Workload | undefined): SidecarScope | string {
    const { dataPlane, namespace } = workload ?? { dataPlane: 'none' };
    if (dataPlane === 'gateway') return `gateways of ${namespace}`;
    // For an `unknown` nothing is certainly unseen: it may have no proxy.
    const scope = workload && dataPlane !== 'unknown' && this.scopeOf(workload);
    return scope || 'everything';
  }

  /** Not one of them is left out that the audience sees. */
  private servicesFor(audience: SidecarScope | string): readonly Service[] {
    const namespaces = typeof audience === 'string' ? EVERYWHERE : audience.namespaces;
    if (namespaces.has('*')) return [...this.cluster.services.values()];
    return [...namespaces].flatMap((namespace) => this.servicesIn.get(namespace) ?? []);
  }

  private ofSidecar(workload: Workload, service: Service, port: number): Decision {
    const [scope, ...rivals] = this.scopesOf(workload);
    const decision = scope.sees(service, port);
    const rival = rivals.find((it) => it.sees(service, port).outcome !== decision.outcome);
    if (rival) {
      const pair = `${labelOf(scope.sidecar)} and ${labelOf(rival.sidecar)}`;
      return unknown([`which of the Sidecars ${pair} is the older`], decision.reasons);
    }
    const unread = this.malformed.find(
      ({ namespace }) => namespace === workload.namespace || namespace === this.cluster.mesh.rootNamespace,
    );
    return unread
      ? unknown([`what the malformed ${unread.kind} ${labelOf(unread)} is meant to say`], decision.reasons)
      : decision;
  }

  /** The scope in force, and those that might be if objects were not made in the order of the manifests. */
  private scopesOf(workload: Workload): readonly SidecarScope[] {
    let scopes = this.candidates.get(workload);
    if (!scopes) {
      scopes = this.sidecarsFor(workload).map((sidecar) => this.compile(sidecar, workload.namespace));
      this.candidates.set(workload, scopes);
    }
    return scopes;
  }

  /**
   * A Sidecar that selects the workload before one for its whole namespace, and that before one for the mesh. Of
   * several the oldest.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context.go (doGetSidecarScope)
   */
  private sidecarsFor({ namespace, labels }: Workload): readonly (Sidecar | undefined)[] {
    const levels = [
      this.selecting.matching(namespace, labels),
      this.general.get(namespace) ?? [],
      this.general.get(this.cluster.mesh.rootNamespace) ?? [],
    ];
    const [winner, ...others] = levels.find((level) => level.length > 0) ?? [];
    return winner ? [winner, ...others.filter((other) => !certainlyOlder(winner, other))] : [undefined];
  }

  private compile(sidecar: Sidecar | undefined, namespace: string): SidecarScope {
    const key = `${labelOf(sidecar)} ${namespace}`;
    const scope = this.compiled.get(key) ?? new SidecarScope(sidecar, namespace);
    this.compiled.set(key, scope);
    return scope;
  }
}

const EVERYWHERE: ReadonlySet<string> = new Set(['*']);

/** `unknown` is taken for a sidecar here: only then is there something to ask. */
function obeysSidecars({ dataPlane }: Workload): boolean {
  return dataPlane === 'sidecar' || dataPlane === 'proxyless' || dataPlane === 'unknown';
}

function seen(text: string): Decision {
  return allow({ layer: 'visibility', text });
}

function labelOf(object: Manifest<unknown> | undefined): string {
  return object ? `${object.namespace}/${object.name}` : '';
}
