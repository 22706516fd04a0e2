import type { MethodPolicy } from '../../values/call-policy';
import { type MeshPort, PortProtocol } from '../../values/mesh-port';
import { RetryPolicy } from '../../values/retry-policy';
import type { HeaderPin, Routing } from '../contract';
import { uriMatch } from './path';
import type { CorsPolicy, HttpDestination, HttpMatch, HttpRoute, VirtualServiceSpec } from './types';

/** How callers inside the mesh reach a service: its RPCs by exact path, then whatever is left of each port. */
export function meshRoutes(routing: Routing): VirtualServiceSpec {
  const ports = routing.ports.filter(({ protocol }) => protocol !== PortProtocol.TCP);
  const pin = routing.canary?.pin;
  return {
    hosts: [routing.host],
    http: [
      ...pinned(onTheirPort(rpcRoutes(routing, routing.methods), ports), routing, pin),
      ...ports.flatMap((port) => pinned([catchAll(port, ports.length > 1)], routing, pin)),
    ],
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
export function rpcRoutes(routing: Routing, methods: MethodPolicy[], cors?: CorsPolicy): Route[] {
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

/** Routes with their destinations: before each one its twin for callers that pin themselves to the canary. */
export function pinned(routes: Route[], routing: Routing, pin: HeaderPin | undefined): HttpRoute[] {
  return routes.flatMap(({ port, ...route }) => {
    const split = { ...route, route: destinations(routing, port) };
    if (!pin) return [split];
    const headers = { [pin.header]: { exact: pin.value } };
    const match = (route.match ?? [{}]).map((condition) => ({ ...condition, headers }));
    return [{ ...route, name: `${route.name}-pinned`, match, route: [destination(routing, port, 'canary')] }, split];
  });
}

/** A route that does not know yet how its calls are split. */
export type Route = Omit<HttpRoute, 'route'> & { readonly port: MeshPort };

// Also without a canary only the stable pods: those of one that was removed may live on for a while.
function destinations(routing: Routing, port: MeshPort): HttpDestination[] {
  const { canary, stable } = routing;
  if (!canary) return [destination(routing, port, stable && 'stable')];
  return [
    { ...destination(routing, port, 'stable'), weight: 100 - canary.weight },
    { ...destination(routing, port, 'canary'), weight: canary.weight },
  ];
}

function destination({ host }: Routing, port: MeshPort, subset: string | undefined): HttpDestination {
  return { destination: { host, port: { number: port.port }, ...(subset && { subset }) } };
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

function retries(policy: RetryPolicy): HttpRoute['retries'] {
  if (policy.attempts === 0) return { attempts: 0 };
  return {
    attempts: policy.attempts,
    retryOn: policy._conditions.join(','),
    ...(policy._perTryMillis !== undefined && { perTryTimeout: duration(policy._perTryMillis) }),
  };
}

function duration(millis: number): string {
  return millis % 1000 === 0 ? `${millis / 1000}s` : `${millis}ms`;
}
