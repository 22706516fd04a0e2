import { containerPort } from '../manifests/service';
import type { GatewayServer } from '../manifests/types';
import type { Workload } from '../manifests/workload';
import { customStep, tokenStep } from './arrival';
import { alongRoute, type Verdict, verdict } from './authorize';
import type { KnownAddresses } from './call';
import { forwarded } from './forwarded-for';
import { knownHeaders } from './known-headers';
import { inTurn } from './passage';
import type { Request, Token } from './request';
import { PERMISSION_DENIED } from './routing/grpc-status';
import type { RouteRequest } from './routing/route-request';
import type { RouteResult } from './routing/route-result';
import type { Simulation } from './simulation';
import { unknown } from './verdict';

/** One call from outside of the mesh, through a gateway. */
export interface EdgeCall extends Pick<KnownAddresses, 'sourceIp' | 'remoteIp' | 'destinationIp'> {
  /** The pods of the gateway; if they are not among the manifests, the labels that its Gateways select. */
  readonly gateway: Workload | Readonly<Record<string, string>>;
  /** The host that the client names, in SNI and authority. */
  readonly host: string;
  /** The port of the Gateway's server. */
  readonly port: number;
  readonly path: string;
  /** @default - `POST`, as of every RPC */
  readonly method?: string;
  /** @default - not known to policies, none to routes */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - not known: whoever calls may have a token */
  readonly token?: Token | 'none';
  /** @default - where those look for it who validate it, and in `authorization` for routes that change that */
  readonly tokenAt?: Request['tokenAt'];
}

/** Whether a call from outside gets through: the gateway's own policies, its routes, and the workload's end. */
export function authorizeEdge(simulation: Simulation, call: EdgeCall): Verdict {
  const { gateway, host, port, path, method, headers, token = 'unknown', tokenAt } = call;
  const asked: RouteRequest = { via: { kind: 'gateway', gateway }, host, port, path, method, headers };
  let route = simulation.routes.route(asked);
  const shown = token === 'none' ? undefined : token;
  if (!isWorkload(gateway)) {
    const labels = Object.entries(gateway).map(([key, value]) => `${key}=${value}`);
    const missing = `the pods of the gateway (${labels.join(',')}), whose identity policies ask for`;
    return route.outcome === 'routed'
      ? { ...unknown([missing], route.reasons), arrivals: [], route }
      : alongRoute(simulation, { from: { kind: 'plaintext' }, path }, route);
  }
  if (route.outcome === 'no-route' && !route.server) {
    // No server takes the connection, so no filter of HTTP ever sees the call.
    return alongRoute(simulation, { from: { kind: 'plaintext' }, path }, route);
  }
  const request: Request = {
    principal: '',
    port: listensOn(simulation, gateway, port),
    protocol: 'http',
    path,
    method: method ?? 'POST',
    authority: host,
    ...knownHeaders({ headers }),
    token: shown,
    tokenAt,
    sourceIp: call.sourceIp,
    remoteIp: call.remoteIp,
    destinationIp: call.destinationIp,
    sni: isTls(route) ? host : undefined,
  };
  const tokens = simulation.tokens.authenticate(gateway, request);
  const { claims = 'none' } = tokens.request;
  if (route.outcome === 'unknown' && tokens.outcome === 'pass' && claims !== 'unknown') {
    // A gateway looks for the route again when it has read the token.
    route = simulation.routes.route({ ...asked, claims });
  }
  const own = inTurn([
    ...(tokens.outcome === 'pass' ? [] : [customStep(simulation, gateway, request)]),
    tokenStep(tokens),
    { decision: simulation.policies.decide(gateway, tokens.request), grpcStatus: PERMISSION_DENIED },
  ]);
  if (own.outcome === 'deny') {
    return verdict(own, [], route);
  }
  const beyond = alongRoute(
    simulation,
    {
      from: { kind: 'workload', workload: gateway },
      path,
      method,
      authority: host,
      headers: forwarded(tokens.request.headers, call.sourceIp),
      anyHeaderBut: tokens.request.anyHeaderBut,
      // The claims that the gateway has read stay there; the token goes on if it forwards it.
      token: shownNext(tokens.request.token),
      tokenAt,
    },
    route,
  );
  const both = inTurn([
    { decision: own, grpcStatus: PERMISSION_DENIED },
    { decision: beyond, grpcStatus: beyond.grpcStatus },
  ]);
  return verdict(both, beyond.arrivals, route);
}

function shownNext(token: Request['token']): EdgeCall['token'] {
  if (token === undefined) {
    return 'none';
  }
  return token === 'unknown' ? undefined : token;
}

/**
 * The port of the gateway's pods behind the port of a server, as the Services in front of them map it.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#Port
 */
function listensOn({ cluster }: Simulation, gateway: Workload, port: number): number {
  for (const { ports } of cluster.servicesOf(gateway)) {
    const found = ports.find(({ number }) => number === port);
    if (found) {
      return containerPort(found, gateway) ?? port;
    }
  }
  return port;
}

function isTls({ server }: RouteResult): boolean {
  if (!server) {
    return false;
  }
  const { spec } = server.gateway.body as { readonly spec?: { readonly servers?: readonly GatewayServer[] } };
  return spec?.servers?.[server.index]?.tls !== undefined;
}

function isWorkload(gateway: EdgeCall['gateway']): gateway is Workload {
  return typeof (gateway as Workload).labels === 'object';
}
