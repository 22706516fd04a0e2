import { certainlyOlder } from '../../manifests/age';
import { HostIndex } from '../visibility/host-index';
import { isSubsetOf } from '../visibility/hosts';
import { whichIsOlder } from './destination-rule-merge';
import { hasRoutes, hostsFor, type PortServers, type Server } from './gateway-servers';
import type { ProxyNode } from './proxy-node';
import { catchAllsLast, type Route, routesOf, saysSomething } from './virtual-host';
import type { VirtualServices } from './virtual-services';

/** What a gateway knows of one host. */
export interface GatewayHost {
  readonly host: string;
  readonly server: Server;
  readonly routes: readonly Route[];
  /** Whether requests in plaintext are sent to HTTPS. */
  readonly redirects: boolean;
}

/** The hosts of one route table of a gateway: of all plaintext servers of a port, or of one with TLS. */
export class GatewayHosts {
  private readonly byHost = new HostIndex<GatewayHost>();

  /** @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/gateway.go (buildGatewayHTTPRouteConfig) */
  public constructor(servers: readonly Server[], proxy: ProxyNode, virtualServices: VirtualServices) {
    const found = new Map<string, GatewayHost>();
    for (const server of servers) {
      const redirects = server.spec.tls?.httpsRedirect === true;
      for (const virtualService of virtualServices.for(server.name).all(proxy.namespace)) {
        const hosts = intersection(hostsFor(server, virtualService.namespace), virtualService.hosts);
        if (hosts.length === 0) continue;
        const routes = routesOf(virtualService, proxy, server.spec.port.number, server.name);
        if (!saysSomething(routes)) continue;
        for (const host of hosts) add(found, host, server, routes, redirects);
      }
      if (redirects) for (const host of server.hosts) add(found, host, server, [], true);
    }
    for (const [host, known] of found) {
      this.byHost.add(host, { ...known, routes: catchAllsLast(known.routes) });
    }
  }

  /**
   * The host that a request is for: of several, the most specific.
   *
   * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#envoy-v3-api-field-config-route-v3-virtualhost-domains
   */
  public for(authority: string): GatewayHost | undefined {
    return this.byHost.mostSpecific(authority);
  }
}

function add(
  hosts: Map<string, GatewayHost>,
  host: string,
  server: Server,
  routes: readonly Route[],
  redirects: boolean,
): void {
  const known = hosts.get(host);
  hosts.set(host, {
    host,
    server: known?.server ?? server,
    routes: [...(known?.routes ?? []), ...routes],
    redirects: redirects || known?.redirects === true,
  });
}

/** Whether what lost on a port could have won: two Gateways whose age nobody knows. */
export function contested({ refused }: PortServers): readonly string[] {
  return refused
    .filter(
      ({ server, winner }) => server.gateway !== winner.gateway && !certainlyOlder(winner.gateway, server.gateway),
    )
    .map(({ server, winner }) => whichIsOlder(winner.gateway, server.gateway));
}

/** Whether a port's plaintext servers speak HTTP. */
export function areHttp(servers: readonly Server[]): boolean {
  return servers.length > 0 && servers.every(hasRoutes);
}

/** @see https://github.com/istio/istio/blob/1.31.1/pkg/config/host/names.go (Intersection) */
function intersection(a: readonly string[], b: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const one of a) {
    for (const other of b) {
      if (isSubsetOf(one, other)) found.add(one);
      else if (isSubsetOf(other, one)) found.add(other);
    }
  }
  return [...found];
}
