import type { MethodPolicy } from '../../values/call-policy';
import { type MeshPort, PortProtocol } from '../../values/mesh-port';
import { RetryPolicy } from '../../values/retry-policy';
import type { Routing } from '../routing';
import { duration } from './duration';
import { uriMatch } from './path';
import { type Route, specialRoutes } from './special-routes';
import type { CorsPolicy, HttpMatch, HttpRoute, VirtualServiceSpec } from './types';

/** How callers inside the mesh reach a service: its RPCs by exact path, then whatever is left of each port. */
export function meshRoutes(routing: Routing): VirtualServiceSpec {
  const ports = routing.ports.filter(({ protocol }) => protocol !== PortProtocol.TCP);
  return {
    hosts: [routing.host],
    http: specialRoutes(
      [
        ...onTheirPort(rpcRoutes(routing, routing.methods), ports),
        ...ports.map((port) => catchAll(port, ports.length > 1)),
      ],
      routing,
      'mesh',
    ),
  };
}

// A path of one port may be that of an RPC on another, as where a server also speaks Connect.
function onTheirPort(routes: Route[], ports: MeshPort[]): Route[] {
  if (ports.length < 2) return routes;
  return routes.map((route) => ({
    ...route,
    match: route.match?.map((match) => ({ ...match, port: route.port.port })),
  }));
}

/** Routes of these RPCs, one per distinct call policy. */
export function rpcRoutes(routing: Pick<Routing, 'grpcPort'>, methods: MethodPolicy[], cors?: CorsPolicy): Route[] {
  const groups = new Map<string, MethodPolicy[]>();
  for (const method of methods) {
    const name = groupName(method);
    groups.set(name, [...(groups.get(name) ?? []), method]);
  }
  return [...groups].map(([name, group]) => ({
    ...callPolicy(group[0]),
    name,
    match: group.map(({ method }) => ({ uri: uriMatch(method.path) })),
    ...(cors && { corsPolicy: cors }),
    port: routing.grpcPort as MeshPort,
  }));
}

/**
 * Routes of what no `.proto` describes. No deadline, since a download may take long.
 *
 * Plain HTTP gets a second try of what reached no server; an unknown RPC gets one try and one answer.
 */
export function httpRoute(name: string, port: MeshPort, match?: HttpMatch[]): Route {
  const repeat = port.protocol === PortProtocol.GRPC ? RetryPolicy.never() : RetryPolicy.unexecuted();
  return { name, ...(match && { match }), retries: retries(repeat), port };
}

// A path that the .proto does not know is routed, so that the server itself can answer.
function catchAll(port: MeshPort, several: boolean): Route {
  return several ? httpRoute(`default-${port.name}`, port, [{ port: port.port }]) : httpRoute('default', port);
}

// What the user said about one RPC gets a route of its own, under its own name.
function groupName({ method, overridden }: MethodPolicy): string {
  if (overridden) return `${method.service}/${method.name}`;
  if (method.isStreaming) return 'streaming';
  return method.isIdempotent ? 'unary-idempotent' : 'unary';
}

// No timeout is 0s in Envoy, which is "none"; the API server refuses the 0s itself.
function callPolicy({ deadlineMillis, retry }: MethodPolicy): Pick<HttpRoute, 'timeout' | 'retries'> {
  return { ...(deadlineMillis !== undefined && { timeout: duration(deadlineMillis) }), retries: retries(retry) };
}

/** These tries in the words of a VirtualService. */
export function retries(policy: RetryPolicy): HttpRoute['retries'] {
  if (policy.attempts === 0) return { attempts: 0 };
  return {
    attempts: policy.attempts,
    retryOn: policy._conditions.join(','),
    ...(policy._perTryMillis !== undefined && { perTryTimeout: duration(policy._perTryMillis) }),
  };
}
