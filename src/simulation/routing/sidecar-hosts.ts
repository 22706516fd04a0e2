import { certainlyOlder } from '../../manifests/age';
import type { Cluster } from '../../manifests/cluster';
import { isHttp } from '../../manifests/protocol';
import type { Service, ServicePort } from '../../manifests/service';
import type { Workload } from '../../manifests/workload';
import { HostIndex } from '../visibility/host-index';
import { hostsMatch, isWildcard } from '../visibility/hosts';
import type { SidecarScopes } from '../visibility/sidecar-scopes';
import { whichIsOlder } from './destination-rule-merge';
import { MESH, type ProxyNode } from './proxy-node';
import { tcpRuleFor } from './tcp-rules';
import { type Route, routesOf, saysSomething } from './virtual-host';
import type { Audience, VirtualService, VirtualServices } from './virtual-services';

/** What a sidecar knows of the host and port that its workload calls. */
export interface SidecarHost {
  /** Empty where no VirtualService says anything: then the call goes to the service. */
  readonly routes: readonly Route[];
  readonly virtualService?: VirtualService;
  readonly missing: readonly string[];
}

/** Finds what sidecars know of the hosts that their workloads call. */
export class SidecarHosts {
  private readonly mesh: Audience;
  private readonly wildcardServices = new HostIndex<Service>();
  private readonly httpPorts = new Map<readonly Service[], ReadonlySet<number>>();
  private readonly known = new Map<Workload | string, Map<ServicePort, SidecarHost>>();

  public constructor(
    private readonly cluster: Cluster,
    private readonly scopes: SidecarScopes,
    virtualServices: VirtualServices,
  ) {
    this.mesh = virtualServices.for(MESH);
    for (const [host, service] of cluster.services) {
      if (isWildcard(host)) this.wildcardServices.add(host, service);
    }
  }

  /**
   * The service that a full name means: itself, one with a wildcard for it, or one whose pods have names of their
   * own.
   */
  public serviceOf(name: string): Service | undefined {
    const exact = this.cluster.services.get(name);
    if (exact) return exact;
    const parent = this.cluster.services.get(name.slice(name.indexOf('.') + 1));
    return parent?.headless && parent.kind === 'Service' ? parent : this.wildcardServices.mostSpecific(name);
  }

  /** What the proxy does with calls to a port of a service that it sees. */
  public ofService(proxy: ProxyNode, service: Service, port: ServicePort): SidecarHost {
    const whose = proxy.workload ?? proxy.namespace ?? '';
    const ofProxy = this.known.get(whose) ?? new Map<ServicePort, SidecarHost>();
    this.known.set(whose, ofProxy);
    const known = ofProxy.get(port);
    if (known) return known;
    // A copy, for what others work out for it they keep under it.
    const host = { ...this.routesFor(proxy, service, port) };
    ofProxy.set(port, host);
    return host;
  }

  /**
   * What the proxy does with calls to a host that is no service it sees. Only VirtualServices know such hosts, on port
   * 80, or on the ports of services that they are for too. A wildcard that stands for a service that the proxy sees
   * stands for nothing else.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/httproute.go (BuildSidecarOutboundVirtualHosts)
   */
  public ofName(proxy: ProxyNode, name: string, port: number): SidecarHost | undefined {
    if (!this.hasHttpListener(proxy.workload, port)) return undefined;
    const hosts = [name, ...this.mesh.wildcardsOver(name, proxy.namespace).filter((host) => host !== name)];
    for (const host of hosts) {
      if (isWildcard(host) && this.hasService(host, proxy.workload, port)) continue;
      for (const virtualService of this.mesh.at(host, proxy.namespace).flat()) {
        if (!this.scopes.seesRoutes(proxy.workload, virtualService, port)) continue;
        if (port !== 80 && !this.isAbout(virtualService, proxy.workload, port)) continue;
        const routes = routesOf(virtualService, proxy, port, MESH);
        if (saysSomething(routes)) return { routes, virtualService, missing: [] };
      }
    }
    return undefined;
  }

  /** What VirtualServices say of connections to a port that are not HTTP. Those with TLS routes are not read here. */
  public rawRouteFor(proxy: ProxyNode, { host }: Service, port: ServicePort): ReturnType<typeof tcpRuleFor> {
    const found = [host, ...this.mesh.wildcardsOver(host, proxy.namespace)].flatMap((name) =>
      this.mesh
        .at(name, proxy.namespace)
        .flat()
        .filter((it) => (it.hasTcp || it.hasTls) && this.scopes.seesRoutes(proxy.workload, it, port.number)),
    );
    const isTls = port.protocol === 'tls' || port.protocol === 'https';
    const ofTls = isTls ? found.find(({ hasTls }) => hasTls) : undefined;
    if (ofTls) {
      const { namespace, name } = ofTls.manifest;
      return { missing: `what the TLS routes of VirtualService ${namespace}/${name} say` };
    }
    const ofTcp = new Set(found.filter(({ hasTcp }) => hasTcp && !isTls));
    // A wildcard does not stand behind exact hosts here: only age counts.
    const ordered = ofTcp.size > 1 ? this.mesh.all(proxy.namespace).filter((it) => ofTcp.has(it)) : [...ofTcp];
    return tcpRuleFor(
      ordered.map(({ manifest }) => manifest),
      proxy,
      port.number,
    );
  }

  /**
   * Of VirtualServices for exactly this host the first that says something to this proxy; only if there are none for
   * exactly this host, the first of the most specific wildcard.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (separateVSHostsAndServices)
   */
  private routesFor(proxy: ProxyNode, { host }: Service, port: ServicePort): SidecarHost {
    const read = (name: string) =>
      this.mesh
        .at(name, proxy.namespace)
        .map((group) => group.filter((it) => this.scopes.seesRoutes(proxy.workload, it, port.number)));
    const exact = read(host);
    if (exact.some((group) => group.length > 0)) return this.first(exact, proxy, port) ?? NOTHING;
    for (const wildcard of this.mesh.wildcardsOver(host, proxy.namespace)) {
      const [first, ...others] = read(wildcard).find((group) => group.length > 0) ?? [];
      if (first) return this.first([[first]], proxy, port, others) ?? NOTHING;
    }
    return NOTHING;
  }

  private first(
    groups: readonly (readonly VirtualService[])[],
    proxy: ProxyNode,
    port: ServicePort,
    rivals: readonly VirtualService[] = [],
  ): SidecarHost | undefined {
    for (const group of groups) {
      for (const [index, virtualService] of group.entries()) {
        const routes = routesOf(virtualService, proxy, port.number, MESH);
        if (!routes.some(({ concerns }) => concerns === true || 'missing' in concerns)) continue;
        const younger = [...group.slice(index + 1), ...rivals].find(
          (it) =>
            !certainlyOlder(virtualService.manifest, it.manifest) &&
            saysSomething(routesOf(it, proxy, port.number, MESH)),
        );
        const missing = younger ? [whichIsOlder(virtualService.manifest, younger.manifest)] : [];
        return { routes, virtualService, missing };
      }
    }
    return undefined;
  }

  /** One for all services of a port: there is one if the proxy sees any that declares HTTP there. */
  private hasHttpListener(workload: Workload | undefined, port: number): boolean {
    const services = this.scopes.visibleServices(workload);
    let ports = this.httpPorts.get(services);
    if (!ports) {
      const all = services.flatMap((service) => service.ports);
      ports = new Set(all.filter(({ protocol }) => isHttp(protocol)).map(({ number }) => number));
      this.httpPorts.set(services, ports);
    }
    return ports.has(port);
  }

  private hasService(wildcard: string, workload: Workload | undefined, port: number): boolean {
    return this.scopes
      .visibleServices(workload)
      .some(
        (service) =>
          hostsMatch(service.host, wildcard) &&
          service.ports.some(({ number }) => number === port) &&
          this.scopes.sees(workload, service, port).outcome === 'allow',
      );
  }

  private isAbout(virtualService: VirtualService, workload: Workload | undefined, port: number): boolean {
    return virtualService.hosts.some((host) => {
      const exact = this.cluster.services.get(host);
      const candidates = isWildcard(host) ? this.scopes.visibleServices(workload) : exact ? [exact] : [];
      return candidates.some(
        (service) =>
          hostsMatch(service.host, host) &&
          service.ports.some((it) => it.number === port && isHttp(it.protocol)) &&
          this.scopes.sees(workload, service, port).outcome === 'allow',
      );
    });
  }
}

const NOTHING: SidecarHost = { routes: [], missing: [] };
