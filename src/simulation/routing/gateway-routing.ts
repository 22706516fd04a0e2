import type { Cluster } from '../../manifests/cluster';
import type { Reason } from '../verdict';
import { answer, because, nowhere, undecided } from './answer';
import { bareHost } from './bare-host';
import { areHttp, contested, GatewayHosts } from './gateway-hosts';
import { hasRoutes, type PortServers, type Server } from './gateway-servers';
import type { Gateways } from './gateways';
import { grpcStatusOf, UNAVAILABLE } from './grpc-status';
import { HttpRequest } from './http-request';
import type { ProxyNode } from './proxy-node';
import type { RouteRequest } from './route-request';
import type { RouteResult } from './route-result';
import type { RuleAnswers } from './rule-answer';
import type { VirtualServices } from './virtual-services';

/** What gateways do with requests from outside. */
export class GatewayRouting {
  private readonly tables = new Map<PortServers | Server, GatewayHosts>();

  public constructor(
    private readonly cluster: Cluster,
    private readonly gateways: Gateways,
    private readonly virtualServices: VirtualServices,
    private readonly rules: RuleAnswers,
  ) {}

  public route(request: RouteRequest, proxy: ProxyNode): RouteResult {
    const { port } = request;
    const servers = this.gateways.portsOf(proxy).at(port);
    if (!servers || servers.plain.length + servers.tls.length === 0) {
      return nowhere(because(`no Gateway makes ${nameOf(proxy)} listen to port ${port}`), UNAVAILABLE);
    }
    const [clash] = servers.clashing;
    if (clash) {
      const what = `what the pods listened to before: Envoy refuses two servers for one name on port ${port}`;
      return undecided([what], [refusal(clash.server, clash.why)]);
    }
    const doubts = contested(servers);
    if (doubts.length > 0)
      return undecided(
        doubts,
        servers.refused.map(({ server, why }) => refusal(server, why)),
      );
    const encrypted = request.tls === undefined ? servers.tls.length > 0 : request.tls !== 'none';
    return encrypted ? this.inTls(request, proxy, servers) : this.inPlaintext(request, proxy, servers);
  }

  private inTls(request: RouteRequest, proxy: ProxyNode, servers: PortServers): RouteResult {
    const { tls, port } = request;
    if (servers.tls.length === 0) return nowhere(because(`port ${port} is not for TLS`, servers.plain[0].gateway));
    const name = tls === undefined || tls === 'none' ? bareHost(request.host) : tls.sni;
    const server = servers.byName.mostSpecific(name ?? '*');
    if (!server) {
      const text = `no server on port ${port} is for ${name ?? 'clients that name no host'}: the handshake fails`;
      return nowhere(because(text), UNAVAILABLE);
    }
    if (!hasRoutes(server)) {
      const what = `the TLS routes of the VirtualServices of Gateway ${server.name}`;
      return undecided([what], [because(`the server passes TLS on as it is`, ...place(server))], at(server));
    }
    return this.inTable(this.table(server, [server], proxy), request, proxy, 'https', server);
  }

  private inPlaintext(request: RouteRequest, proxy: ProxyNode, servers: PortServers): RouteResult {
    const [first] = servers.plain;
    if (!first) return nowhere(because(`port ${request.port} is only for TLS`, ...place(servers.tls[0])));
    if (!areHttp(servers.plain)) {
      const what = `the TCP routes of the VirtualServices of Gateway ${first.name}`;
      return undecided([what], [because(`port ${request.port} is not for HTTP`, ...place(first))], at(first));
    }
    return this.inTable(this.table(servers, servers.plain, proxy), request, proxy, 'http', first);
  }

  private inTable(
    table: GatewayHosts,
    request: RouteRequest,
    proxy: ProxyNode,
    scheme: 'http' | 'https',
    first: Server,
  ): RouteResult {
    const name = bareHost(request.host);
    const secret = proxy.namespace === undefined && this.virtualServices.for(first.name).hasSecrets;
    if (secret) {
      const text = 'some VirtualServices are only for gateways of certain namespaces';
      return undecided(['the namespace of the gateway'], [because(text, first.gateway)], at(first));
    }
    const host = table.for(name);
    if (!host) {
      const text = `no VirtualService binds ${name} to Gateway ${first.name}, on port ${request.port}`;
      return nowhere(because(text, ...place(first)), grpcStatusOf(404), { ...at(first), httpStatus: 404 });
    }
    const { server, routes, redirects } = host;
    if (redirects && scheme === 'http') {
      const reasons = [because(`the server sends plaintext requests for ${host.host} to HTTPS`, ...place(server))];
      return answer({ ...at(server), outcome: 'redirect', reasons, httpStatus: 301, grpcStatus: grpcStatusOf(301) });
    }
    return this.rules.choose(routes, host.host, {
      proxy,
      request: new HttpRequest(request, request.host, scheme, this.cluster.mesh.pathNormalization),
      ...at(server),
    });
  }

  private table(key: PortServers | Server, servers: readonly Server[], proxy: ProxyNode): GatewayHosts {
    let table = this.tables.get(key);
    if (!table) {
      table = new GatewayHosts(servers, proxy, this.virtualServices);
      this.tables.set(key, table);
    }
    return table;
  }
}

function at({ gateway, index }: Server): Pick<RouteResult, 'server'> {
  return { server: { gateway, index } };
}

function place({ gateway, index }: Server): [Server['gateway'], (string | number)[]] {
  return [gateway, ['spec', 'servers', index]];
}

function refusal(server: Server, why: string): Reason {
  return because(why, ...place(server));
}

function nameOf({ workload }: ProxyNode): string {
  return workload ? workload.id : 'the gateway';
}
