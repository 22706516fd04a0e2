import type { Workload } from '../manifests/workload';
import { type Arrival, arrive } from './arrival';
import type { Call } from './call';
import { eitherOf, type Passage } from './passage';
import type { Destination, RouteResult } from './routing/route-result';
import type { Simulation } from './simulation';
import { allow, deny, unknown } from './verdict';

/** The answer to one call. */
export interface Verdict extends Passage {
  /** How the client's proxy sends it; absent where no proxy does. */
  readonly route?: RouteResult;
  /** What each workload that it can reach says. */
  readonly arrivals: readonly { readonly workload: Workload; readonly passage: Passage }[];
}

/** A call of which a route decides where it goes. */
export type RoutedCall = Omit<Call, 'to' | 'port'>;

const UNAVAILABLE = 14;

/**
 * Whether a call gets through: the client's Sidecar, routes, NetworkPolicies, mutual TLS, tokens, policies.
 *
 * Who is allowed may still be turned away by the application, a fault that a route injects, or a pod that is down.
 */
export function authorize(simulation: Simulation, call: Call): Verdict {
  const { from, to, port } = call;
  if (from.kind !== 'workload' || !hasOutboundProxy(from.workload)) {
    return atWorkloads(simulation, call, simulation.cluster.workloadsOf(to), 'auto', false);
  }
  const seen = simulation.scopes.sees(from.workload, to, port.number);
  if (seen.outcome === 'unknown') {
    return { ...seen, arrivals: [] };
  }
  if (seen.outcome === 'deny') {
    const outbound = simulation.scopes.outboundPolicyOf(from.workload);
    if (outbound.mode === 'REGISTRY_ONLY') {
      return { ...deny([...seen.reasons, ...outbound.reasons]), grpcStatus: UNAVAILABLE, arrivals: [] };
    }
    return atWorkloads(simulation, call, simulation.cluster.workloadsOf(to), 'auto', true);
  }
  const route = simulation.routes.route({
    via: { kind: 'sidecar', workload: from.workload },
    host: to.host,
    port: port.number,
    path: call.path,
    method: call.method,
    headers: call.headers,
  });
  return { ...alongRoute(simulation, call, route), route };
}

/** What becomes of a call that a proxy has routed. */
export function alongRoute(simulation: Simulation, call: RoutedCall, route: RouteResult): Verdict {
  switch (route.outcome) {
    case 'unknown':
      return { ...unknown(route.missing, route.reasons), arrivals: [] };
    case 'no-route':
    case 'redirect':
    case 'direct-response':
      return { ...deny(route.reasons), grpcStatus: route.grpcStatus, arrivals: [] };
    case 'routed': {
      const verdicts = route.destinations.map((destination) => atDestination(simulation, call, destination));
      return {
        ...eitherOf(verdicts, `which of the route's destinations the call draws`),
        arrivals: verdicts.flatMap(({ arrivals }) => arrivals),
      };
    }
  }
}

function atDestination(simulation: Simulation, call: RoutedCall, destination: Destination): Verdict {
  const { service, port, workloads, tlsMode, unavailable, host } = destination;
  if (unavailable) {
    return { ...deny([{ layer: 'route', text: unavailable }]), grpcStatus: UNAVAILABLE, arrivals: [] };
  }
  if (!service || !port) {
    return { ...unknown([`what answers at ${host}`], []), arrivals: [] };
  }
  if (service.external) {
    const text = `${host} is outside of the mesh, and the client's proxy knows it`;
    return { ...allow({ layer: 'visibility', text, object: service.manifest }), arrivals: [] };
  }
  return atWorkloads(simulation, { ...call, to: service, port }, workloads, tlsMode, false);
}

function atWorkloads(
  simulation: Simulation,
  call: Call,
  workloads: readonly Workload[],
  tls: Arrival['tls'],
  passthrough: boolean,
): Verdict {
  if (workloads.length === 0) {
    const text = `no pods of ${call.to.host} are among the manifests`;
    return {
      ...unknown([`the pods of ${call.to.host}`], [{ layer: 'route', text, object: call.to.manifest }]),
      arrivals: [],
    };
  }
  const arrivals = workloads.map((workload) => ({
    workload,
    passage: arrive(simulation, { ...arrivalOf(call), to: workload, tls, passthrough }),
  }));
  return {
    ...eitherOf(
      arrivals.map(({ passage }) => passage),
      `which of the pods of ${call.to.host} the call reaches`,
    ),
    arrivals,
  };
}

function arrivalOf(call: Call): Omit<Arrival, 'to' | 'tls'> {
  return {
    from: call.from,
    service: call.to,
    port: call.port,
    path: call.path,
    method: call.method ?? 'POST',
    authority: call.authority ?? `${call.to.host}:${call.port.number}`,
    headers: call.headers ?? {},
    token: call.token,
  };
}

/** Whether a proxy of the mesh sends what the pods send. */
function hasOutboundProxy({ dataPlane }: Workload): boolean {
  return dataPlane === 'sidecar' || dataPlane === 'gateway';
}
