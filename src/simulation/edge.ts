import { containerPort } from '../manifests/service';
import type { Workload } from '../manifests/workload';
import { alongRoute, type Verdict } from './authorize';
import { inTurn } from './passage';
import type { Request, Token } from './request';
import type { Simulation } from './simulation';
import { allow, deny, unknown } from './verdict';

/** One call from outside of the mesh, through a gateway. */
export interface EdgeCall {
  /** The pods of the gateway; if they are not among the manifests, the labels that its Gateways select. */
  readonly gateway: Workload | Readonly<Record<string, string>>;
  /** The host that the client names, in SNI and authority. */
  readonly host: string;
  /** The port of the Gateway's server. */
  readonly port: number;
  readonly path: string;
  /** @default - `POST`, as of every RPC */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: Token;
}

/** Whether a call from outside gets through: the gateway's own policies, its routes, and the workload's end. */
export function authorizeEdge(simulation: Simulation, call: EdgeCall): Verdict {
  const { gateway, host, port, path, method, headers, token } = call;
  const route = simulation.routes.route({ via: { kind: 'gateway', gateway }, host, port, path, method, headers });
  if (!isWorkload(gateway)) {
    const labels = Object.entries(gateway).map(([key, value]) => `${key}=${value}`);
    const missing = `the pods of the gateway (${labels.join(',')}), whose identity policies ask for`;
    return route.outcome === 'routed'
      ? { ...unknown([missing], route.reasons), arrivals: [], route }
      : { ...alongRoute(simulation, { from: { kind: 'plaintext' }, path }, route), route };
  }
  const request: Request = {
    principal: '',
    port: listensOn(simulation, gateway, port),
    protocol: 'http',
    path,
    method: method ?? 'POST',
    authority: host,
    headers: headers ?? {},
    token,
    sni: host,
  };
  const tokens = simulation.tokens.authenticate(gateway, request);
  if (tokens.outcome === 'refused') {
    return { ...deny(tokens.reasons), grpcStatus: 16, arrivals: [], route };
  }
  const own = inTurn([
    {
      decision: tokens.outcome === 'unknown' ? unknown(tokens.missing, tokens.reasons) : allow(),
      grpcStatus: 16,
    },
    { decision: simulation.policies.decide(gateway, tokens.request), grpcStatus: 7 },
  ]);
  if (own.outcome === 'deny') {
    return { ...own, arrivals: [], route };
  }
  const from = { kind: 'workload', workload: gateway } as const;
  const beyond = alongRoute(simulation, { from, path, method, authority: host, headers, token }, route);
  return {
    ...inTurn([
      { decision: own, grpcStatus: 7 },
      { decision: beyond, grpcStatus: beyond.grpcStatus ?? 14 },
    ]),
    arrivals: beyond.arrivals,
    route,
  };
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

function isWorkload(gateway: EdgeCall['gateway']): gateway is Workload {
  return typeof (gateway as Workload).labels === 'object';
}
