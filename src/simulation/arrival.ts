import { isHttp, type Protocol } from '../manifests/protocol';
import { containerPort, type Service, type ServicePort } from '../manifests/service';
import type { Workload } from '../manifests/workload';
import type { Authentication } from './authorization/request-authentication';
import type { KnownAddresses } from './call';
import type { Caller } from './caller';
import { forwardedFor } from './forwarded-for';
import type { ClientTls } from './mtls/connections';
import { interceptsInbound } from './mtls/interception';
import { mutualWithGateway, refusalOfGateway } from './own-gateway';
import { inTurn, type Passage, type Step } from './passage';
import type { Request } from './request';
import { grpcStatusOf, PERMISSION_DENIED, UNAVAILABLE } from './routing/grpc-status';
import type { Simulation } from './simulation';
import { allow, deny, unknown } from './verdict';

/** A call that has found its way to one workload. */
export interface Arrival extends KnownAddresses {
  readonly from: Caller;
  readonly to: Workload;
  readonly service: Service;
  readonly port: ServicePort;
  readonly path?: string;
  readonly method: string;
  readonly authority: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly anyHeaderBut?: Request['anyHeaderBut'];
  readonly token?: Request['token'];
  readonly tokenAt?: Request['tokenAt'];
  readonly tls: ClientTls;
  /** The client's proxy does not know the service. */
  readonly passthrough?: boolean;
}

/** What becomes of it at the workload's end: the network, the connection, its token, its policies. */
export function arrive(simulation: Simulation, arrival: Arrival): Passage {
  return inTurn(steps(simulation, arrival));
}

function* steps(simulation: Simulation, arrival: Arrival): Iterable<Step> {
  const { from, to, service, port } = arrival;
  const number = containerPort(port, to);
  if (number === undefined) {
    const text = `no container of ${to.id} names a port ${port.targetPort}, which ${service.host} sends to`;
    yield { decision: deny([{ layer: 'route', text, object: service.manifest }]), grpcStatus: UNAVAILABLE };
    return;
  }
  const client = from.kind === 'workload' ? from.workload : 'unknown';
  yield {
    decision: simulation.networkPolicies.decide(client, to, { number, name: portName(to, number), protocol: 'TCP' }),
    grpcStatus: UNAVAILABLE,
  };

  const refused = refusalOfGateway(simulation, arrival);
  if (refused) {
    yield refused;
    return;
  }
  const connection =
    mutualWithGateway(simulation, arrival) ??
    simulation.connections.open({
      client: from,
      server: to,
      containerPort: number,
      protocol: port.protocol,
      service,
      servicePort: port.number,
      tls: arrival.tls,
      passthrough: arrival.passthrough,
    });
  if (connection.outcome === 'refused') {
    yield { decision: deny(connection.reasons), grpcStatus: UNAVAILABLE };
    return;
  }
  if (connection.outcome === 'unknown') {
    // Both kinds of connection may end the same way, and then it does not matter which it is.
    const [encrypted, plain] = [principalOf(from), ''].map((principal) =>
      inTurn(afterwards(simulation, arrival, number, principal)),
    );
    if (encrypted.outcome === 'deny' && plain.outcome === 'deny') {
      // It may as well not open.
      yield { decision: encrypted, grpcStatus: undefined };
    } else {
      yield { decision: unknown(connection.missing, connection.reasons), grpcStatus: UNAVAILABLE };
    }
    return;
  }
  yield { decision: allow(...connection.reasons), grpcStatus: UNAVAILABLE };
  yield* afterwards(simulation, arrival, number, connection.outcome === 'mtls' ? principalOf(from) : '');
}

function* afterwards(simulation: Simulation, arrival: Arrival, port: number, principal: string): Iterable<Step> {
  const { to } = arrival;
  if (to.dataPlane === 'sidecar' && !interceptsInbound(to, port)) {
    return; // nobody asks policies there
  }
  const request = requestOf(arrival, port, principal);
  const token = simulation.tokens.authenticate(to, request);
  if (token.outcome !== 'pass') yield customStep(simulation, to, request);
  yield tokenStep(token);
  if (token.outcome !== 'refused') {
    // Where nobody reads HTTP, the connection is closed.
    const grpcStatus = request.protocol === 'http' ? PERMISSION_DENIED : UNAVAILABLE;
    yield { decision: simulation.policies.decide(to, token.request), grpcStatus };
  }
}

/** CUSTOM policies come before tokens. */
export function customStep({ policies }: Simulation, to: Workload, request: Request): Step {
  return { decision: policies.decideCustom(to, request), grpcStatus: PERMISSION_DENIED };
}

export function tokenStep(token: Authentication): Step {
  const grpcStatus = grpcStatusOf(token.httpStatus ?? 401);
  switch (token.outcome) {
    case 'pass':
      return { decision: allow(...token.reasons), grpcStatus };
    case 'refused':
      return { decision: deny(token.reasons), grpcStatus };
    case 'unknown':
      return { decision: unknown(token.missing, token.reasons), grpcStatus };
  }
}

function requestOf(arrival: Arrival, port: number, principal: string): Request {
  const { sourceIp, destinationIp } = arrival;
  const sni = principal === '' ? undefined : arrival.sni;
  if (arrival.path === undefined || !readsHttp(arrival.port.protocol)) {
    return { principal, port, protocol: 'tcp', sourceIp, remoteIp: sourceIp, destinationIp, sni };
  }
  return {
    principal,
    port,
    protocol: 'http',
    path: arrival.path,
    method: arrival.method,
    authority: arrival.authority,
    headers: arrival.headers,
    anyHeaderBut: arrival.anyHeaderBut,
    token: arrival.token,
    tokenAt: arrival.tokenAt,
    sourceIp,
    remoteIp: forwardedFor(arrival.headers) ?? arrival.remoteIp,
    destinationIp,
    sni,
  };
}

/** A port of no declared protocol is sniffed, and a call with a path is found to be HTTP. */
function readsHttp(protocol: Protocol): boolean {
  return isHttp(protocol) || protocol === 'auto';
}

function principalOf(from: Caller): string {
  switch (from.kind) {
    case 'workload':
      return from.workload.principal;
    case 'principal':
      return from.principal;
    case 'plaintext':
      return '';
  }
}

function portName(workload: Workload, number: number): string | undefined {
  for (const { ports } of workload.containers) {
    const found = ports?.find(({ containerPort: port }) => port === number);
    if (found) {
      return found.name;
    }
  }
  return undefined;
}
