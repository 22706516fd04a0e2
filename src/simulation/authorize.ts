import type { ServicePort } from '../manifests/service';
import type { Workload } from '../manifests/workload';
import { type Arrival, arrive } from './arrival';
import type { Call } from './call';
import { knownHeaders } from './known-headers';
import { interceptsOutbound } from './mtls/interception';
import { type OnTheWay, onTheWay } from './on-the-way';
import { eitherOf, inTurn, type Passage, type Step } from './passage';
import { UNAVAILABLE } from './routing/grpc-status';
import type { Destination, RouteResult } from './routing/route-result';
import type { Simulation } from './simulation';
import { allow, deny, type Reason, unknown } from './verdict';

/** The answer to one call. */
export interface Verdict extends Passage {
  /** How the client's proxy sends it; absent where no proxy does. */
  readonly route?: RouteResult;
  /** What each workload that it can reach says. */
  readonly arrivals: readonly { readonly workload: Workload; readonly passage: Passage }[];
}

/**
 * Whether a call gets through: the client's Sidecar, routes, NetworkPolicies, mutual TLS, tokens, policies.
 *
 * Who is allowed may still be turned away by the application, a fault that a route injects into some calls, or a pod
 * that is down.
 */
export function authorize(simulation: Simulation, call: Call): Verdict {
  const { from, to, port } = call;
  if (from.kind === 'workload' && from.workload.dataPlane === 'unknown') {
    return whicheverItIs(simulation, call, from.workload);
  }
  if (from.kind !== 'workload' || !isProxied(from.workload, port.number)) {
    const workloads = simulation.cluster.workloadsOf(to);
    return atWorkloads(simulation, call, { service: to, port, workloads, tls: 'auto', sni: call.sni });
  }
  const route = simulation.routes.route({
    via: { kind: 'sidecar', workload: from.workload },
    host: (call.path !== undefined && call.authority) || to.host,
    port: port.number,
    path: call.path,
    method: call.method,
    headers: call.headers,
  });
  // A route that leads elsewhere leaves the name alone that the client has called.
  const led = call.authority === undefined && route.destinations.some(({ service }) => service !== to);
  return alongRoute(simulation, led ? { ...call, authority: `${to.host}:${port.number}` } : call, route);
}

/** What becomes of a call that a proxy has routed. */
export function alongRoute(simulation: Simulation, call: OnTheWay, route: RouteResult): Verdict {
  switch (route.outcome) {
    case 'unknown':
      return verdict(unknown(route.missing, route.reasons), [], route);
    case 'no-route':
    case 'redirect':
    case 'direct-response':
      return verdict(deny(route.reasons), [], route, route.grpcStatus);
    case 'routed': {
      const verdicts = route.destinations.map((destination) =>
        atDestination(simulation, onTheWay(call, route, destination), destination),
      );
      const passage = eitherOf(verdicts, `which of the route's destinations the call draws`);
      const arrivals = verdicts.length === 1 ? verdicts[0].arrivals : verdicts.flatMap((it) => it.arrivals);
      return verdict(passage, arrivals, route);
    }
  }
}

function atDestination(simulation: Simulation, call: OnTheWay, destination: Destination): Verdict {
  const { service, port, workloads, tlsMode, unavailable, host, subset = '' } = destination;
  if (unavailable) {
    return verdict(deny([{ layer: 'route', text: unavailable }]), [], undefined, UNAVAILABLE);
  }
  if (!service || !port) {
    return verdict(unknown([`what answers at ${host}`], []), []);
  }
  if (service.external && tlsMode === 'ISTIO_MUTUAL') {
    const text = `a DestinationRule has proxies show ${host} a certificate of the mesh, and ask for one`;
    const [object] = destination.destinationRules;
    return verdict(unknown([`whether ${host} has a certificate of the mesh`], [{ layer: 'route', text, object }]), []);
  }
  if (service.external) {
    const text = `${host} is outside of the mesh, and the client's proxy knows it`;
    const known = allow({ layer: 'visibility', text, object: service.manifest });
    return verdict(inTurn([leaving(simulation, call, host, port), { decision: known, grpcStatus: undefined }]), []);
  }
  // What no DestinationRule has told to speak plaintext is a call that the proxy knows nothing of.
  const passthrough = tlsMode === 'DISABLE' && destination.destinationRules.length === 0;
  const sni =
    call.sni ??
    serverName(destination) ??
    (tlsMode === 'auto' ? `outbound_.${port.number}_.${subset}_.${host}` : undefined);
  const arrived = atWorkloads(simulation, call, { service, port, workloads, tls: tlsMode, passthrough, sni });
  const gateway = workloads.find(({ dataPlane }) => dataPlane === 'gateway');
  return gateway && sni !== undefined && tlsMode === 'ISTIO_MUTUAL'
    ? throughGateway(simulation, { ...call, sni }, arrived, { gateway, port: port.number })
    : arrived;
}

/** What NetworkPolicies say of a connection to a host outside. */
function leaving({ networkPolicies }: Simulation, { from }: OnTheWay, host: string, port: ServicePort): Step {
  const number = typeof port.targetPort === 'number' ? port.targetPort : port.number;
  const decision =
    from.kind === 'workload' ? networkPolicies.leaves(from.workload, host, { number, protocol: 'TCP' }) : allow();
  return { decision, grpcStatus: UNAVAILABLE };
}

/** What the proxy asks for in the handshake, where a DestinationRule says so. */
function serverName({ trafficPolicy }: Destination): string | undefined {
  const sni = trafficPolicy.tls?.sni;
  return typeof sni === 'string' && sni !== '' ? sni : undefined;
}

/** What becomes of a call that a gateway has taken on its way out, or elsewhere: it is routed once more. */
function throughGateway(
  simulation: Simulation,
  call: OnTheWay,
  arrived: Verdict,
  { gateway, port }: { readonly gateway: Workload; readonly port: number },
): Verdict {
  const { path, method, headers, anyHeaderBut, authority, token, tokenAt, sni } = call;
  if (arrived.outcome === 'deny' || path === undefined || authority === undefined) return arrived;
  const via = { kind: 'gateway', gateway } as const;
  const route = simulation.routes.route({ via, host: authority, port, path, method, headers, tls: { sni } });
  const from = { kind: 'workload', workload: gateway } as const;
  const again = { from, path, method, headers, anyHeaderBut, authority, token, tokenAt };
  const beyond = alongRoute(simulation, again, route);
  const passage = inTurn([
    { decision: arrived, grpcStatus: arrived.grpcStatus },
    { decision: beyond, grpcStatus: beyond.grpcStatus },
  ]);
  return verdict(passage, [...arrived.arrivals, ...beyond.arrivals]);
}

interface Place extends Pick<Arrival, 'service' | 'port' | 'tls' | 'passthrough' | 'sni'> {
  readonly workloads: readonly Workload[];
}

function atWorkloads(simulation: Simulation, call: OnTheWay, place: Place): Verdict {
  const { service, port, workloads, tls, passthrough, sni } = place;
  if (workloads.length === 0) {
    const text = `no pods of ${service.host} are among the manifests`;
    return verdict(unknown([`the pods of ${service.host}`], [{ layer: 'route', text, object: service.manifest }]), []);
  }
  const { from, path, method = 'POST', token = 'unknown', tokenAt, sourceIp, remoteIp, destinationIp } = call;
  const { headers, anyHeaderBut } = knownHeaders(call);
  const authority = call.authority ?? `${service.host}:${port.number}`;
  const shown: Arrival['token'] = token === 'none' ? undefined : token;
  const arrivals = workloads.map((to) => {
    const what = { path, method, authority, headers, anyHeaderBut, token: shown, tokenAt };
    const known = { sourceIp, remoteIp, destinationIp, sni };
    return {
      workload: to,
      passage: arrive(simulation, { from, to, service, port, tls, passthrough, ...what, ...known }),
    };
  });
  const passage = eitherOf(
    arrivals.map((it) => it.passage),
    `which of the pods of ${service.host} the call reaches`,
  );
  return verdict(passage, arrivals);
}

/** Whether a sidecar sends what the pods send to a port. */
function isProxied(workload: Workload, port: number): boolean {
  return workload.dataPlane === 'sidecar' && interceptsOutbound(workload, port);
}

/** Where nobody knows whether the client has a sidecar: one answer if it makes no difference. */
function whicheverItIs(simulation: Simulation, call: Call, workload: Workload): Verdict {
  const guises = simulation.guisesOf(workload);
  const as = (guise: Workload) => authorize(simulation, { ...call, from: { kind: 'workload', workload: guise } });
  const [meshed, bare] = [as(guises.meshed), as(guises.bare)];
  const passage = eitherOf([meshed, bare], `the labels of namespace ${workload.namespace}`);
  const reasons = passage.reasons.map((reason) => ifSo(reason, meshed, bare, workload));
  const { arrivals, route } = meshed;
  return verdict(passage.outcome === 'deny' ? passage : { ...passage, reasons }, arrivals, route);
}

/** What is true in one of two cases only is not said as if it were so. */
function ifSo(reason: Reason, meshed: Verdict, bare: Verdict, { id }: Workload): Reason {
  const isIn = ({ reasons }: Verdict) => reasons.some(({ text }) => text === reason.text);
  const [withIt, without] = [isIn(meshed), isIn(bare)];
  if (withIt && without) return reason;
  const which = `if ${id} has ${withIt ? 'a' : 'no'} sidecar`;
  const { text } = reason;
  return { ...reason, text: text.startsWith('if ') ? `${which}, and ${text.slice(3)}` : `${which}: ${text}` };
}

/** A passage as an answer. All have the same fields, and are made without a spread: a matrix asks for millions. */
export function verdict(
  passage: Passage,
  arrivals: Verdict['arrivals'],
  route?: RouteResult,
  grpcStatus: number | undefined = passage.grpcStatus,
): Verdict {
  const { outcome, reasons, nearMisses, missing } = passage;
  return { outcome, reasons, nearMisses, missing, grpcStatus, route, arrivals };
}
