import type { Manifest } from '../../manifests/manifest';
import { isHttp, type Protocol, protocolNamed } from '../../manifests/protocol';
import type { Bodies, GatewayServer } from '../../manifests/types';
import { HostIndex } from '../visibility/host-index';

export type WrittenGateway = Manifest<Bodies['networking.istio.io/Gateway']>;

/** One `server` of a Gateway. */
export interface Server {
  readonly gateway: WrittenGateway;
  /** `shop/api`. */
  readonly name: string;
  readonly index: number;
  readonly spec: GatewayServer;
  /** `example.com`, for VirtualServices of any namespace, or `shop/example.com`. */
  readonly hosts: readonly string[];
  readonly protocol: Protocol;
}

/** What a gateway's pods listen to on one port, after the Gateways that select them are merged. */
export interface PortServers {
  /** Which all share one table of hosts, if they are HTTP. */
  readonly plain: Server[];
  readonly tls: Server[];
  /** Of those with TLS the one for the name in the client's handshake: `*` for a client that says none. */
  readonly byName: HostIndex<Server>;
  readonly refused: Refused[];
  /** Servers that istiod takes, and because of which Envoy refuses the port with everything on it. */
  readonly clashing: Refused[];
}

/** A server that comes to nothing, because another was there first. */
export interface Refused {
  readonly server: Server;
  readonly winner: Server;
  readonly why: string;
}

export function serverOf(gateway: WrittenGateway, index: number, spec: GatewayServer): Server {
  return {
    gateway,
    name: `${gateway.namespace}/${gateway.name}`,
    index,
    spec,
    hosts: spec.hosts.map((host) => scoped(host, gateway.namespace).toLowerCase()),
    protocol: protocolNamed(spec.port.protocol),
  };
}

/** HTTP whose TLS, if any, ends at the gateway: it has routes. */
export function hasRoutes({ protocol, spec }: Server): boolean {
  const passes = spec.tls?.mode === 'PASSTHROUGH' || spec.tls?.mode === 'AUTO_PASSTHROUGH';
  return isHttp(protocol) || (protocol === 'https' && !passes);
}

/** Whether its clients begin with TLS. */
function isTls({ protocol, spec }: Server): boolean {
  return spec.tls !== undefined && !isHttp(protocol);
}

/** Brings the servers of one gateway's pods together, port by port. They must come oldest Gateway first. */
export class ServerMerge {
  public readonly ports = new Map<number, PortServers>();
  private readonly known = new Map<string, Server>();

  /**
   * Adds a server that listens to a port of the pod, unless it is in the way of one that was there first.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/gateway.go (mergeGateways)
   */
  public add(port: number, server: Server): void {
    const servers = this.ports.get(port) ?? nobody();
    this.ports.set(port, servers);
    const refused = this.conflict(port, server, servers);
    if (refused) {
      servers.refused.push(refused);
    } else {
      (isTls(server) ? servers.tls : servers.plain).push(server);
      if (isTls(server)) this.addNames(port, server, servers);
    }
  }

  /** istiod compares hosts with the namespaces that they are for, Envoy names without them. */
  private addNames(port: number, server: Server, { byName, clashing }: PortServers): void {
    for (const name of namesOf(server)) {
      const winner = byName.at(name);
      byName.add(name, server);
      if (!winner || winner === server || !hasRoutes(winner) || !hasRoutes(server)) continue;
      const why = `Gateway ${winner.name} has ${name} on ${spoken(port, server, winner)} for VirtualServices of other namespaces`;
      clashing.push({ server, winner, why });
    }
  }

  private conflict(port: number, server: Server, { plain }: PortServers): Refused | undefined {
    if (server.spec.tls) {
      // Also of HTTP servers that only redirect: two of them for one host on one port are one too many.
      for (const host of server.hosts) {
        const winner = this.known.get(`${port} ${host}`);
        if (winner)
          return {
            server,
            winner,
            why: `Gateway ${winner.name} has ${host} on ${spoken(port, server, winner)} already`,
          };
      }
      for (const host of server.hosts) this.known.set(`${port} ${host}`, server);
    }
    const [first] = plain;
    if (first && !(isHttp(first.protocol) && isHttp(server.protocol))) {
      const why = `Gateway ${first.name} has made ${spoken(port, server, first)} a port for ${first.spec.port.protocol} already`;
      return { server, winner: first, why };
    }
    if (isTls(server) && hasRoutes(server)) {
      const routes = `${server.spec.port.number} ${server.spec.port.name} ${server.name} ${port}`;
      const winner = this.known.get(routes);
      if (winner) return { server, winner, why: `another server of Gateway ${server.name} has its port's name` };
      this.known.set(routes, server);
    }
    return undefined;
  }
}

function nobody(): PortServers {
  return { plain: [], tls: [], byName: new HostIndex<Server>(), refused: [], clashing: [] };
}

/** The port as both write it; if they write different ones, which lead to one, that one. */
function spoken(port: number, { spec: { port: one } }: Server, { spec: { port: other } }: Server): string {
  return one.number === other.number ? `port ${one.number}` : `port ${port} of the pods`;
}

/** @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/gateway.go (sanitizeServerHostNamespace) */
function scoped(host: string, namespace: string): string {
  const slash = host.indexOf('/');
  if (slash === -1) return host;
  const [scope, name] = [host.slice(0, slash), host.slice(slash + 1)];
  if (scope === '*') return name;
  return scope === '.' ? `${namespace}/${name}` : host;
}

/** The hosts of a server that VirtualServices of a namespace may bind to. */
export function hostsFor(server: Server, namespace: string): readonly string[] {
  return server.hosts.flatMap((host) => {
    const slash = host.indexOf('/');
    if (slash === -1) return [host];
    return host.slice(0, slash) === namespace ? [host.slice(slash + 1)] : [];
  });
}

/** Without namespaces: as a client names them in a TLS handshake. */
function namesOf(server: Server): readonly string[] {
  return server.hosts.map((host) => host.slice(host.indexOf('/') + 1));
}
