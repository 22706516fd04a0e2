import type { Party } from '../simulation/access/party';
import type { Rpc } from '../simulation/access/rpc';
import type { Sent } from '../simulation/call';
import { authorizeEdge } from '../simulation/edge';
import type { RouteRequest, Via } from '../simulation/routing/route-request';
import type { Destination, RouteResult } from '../simulation/routing/route-result';
import type { Simulation } from '../simulation/simulation';
import { type Told, where } from './answers';
import { grpcStatusName } from './grpc-status-name';
import type { Inquiry } from './inquiry';
import { bareClient, withoutProxy } from './without-proxy';

/** What the first proxy does with a request; where none stands before the client, what its own code does. */
export function routed(simulation: Simulation, { caller }: Party, rpc: Rpc, sent: Sent = {}): RouteResult {
  const { routes, cluster } = simulation;
  const { service, port, path } = rpc;
  const { headers } = sent;
  const more = { path, ...(headers && { headers }) };
  const bare = bareClient(caller, port.number);
  if (bare !== undefined) {
    return withoutProxy(bare, rpc, cluster, headers);
  }
  if (caller.kind === 'outside') {
    const { gateway, host, port: number } = caller.door;
    // Its routes may ask for claims, which it reads first.
    const verdict = path === undefined ? undefined : authorizeEdge(simulation, { ...caller.door, path, ...sent });
    return verdict?.route ?? routes.route({ via: { kind: 'gateway', gateway }, host, port: number, ...more });
  }
  const via: Via = { kind: 'sidecar', ...(caller.kind === 'workload' && { workload: caller.workload }) };
  return routes.route({ via, host: service.host, port: port.number, ...more } satisfies RouteRequest);
}

/** A route as people read it. */
export interface RouteTold {
  readonly outcome: RouteResult['outcome'];
  readonly grpcStatus?: string;
  readonly rule?: Omit<Told, 'text'> & { readonly name?: string };
  readonly destinations: readonly DestinationTold[];
  /** `none`, or as `30s`. */
  readonly timeout: string;
  readonly retries: string;
  readonly fault?: string;
  readonly mirrors: readonly string[];
  readonly rewrite?: string;
  /** Of the origin that a browser names. */
  readonly cors?: Omit<Told, 'text'>;
  readonly reasons: readonly Told[];
  /** The rules before it, and why they do not match. */
  readonly skipped: readonly Told[];
  readonly missing: readonly string[];
}

export interface DestinationTold {
  readonly host: string;
  readonly port?: number;
  readonly subset?: string;
  /** In percent. */
  readonly weight: number;
  readonly workloads: readonly string[];
  readonly tls: string;
  readonly protocol: string;
  readonly destinationRules: readonly string[];
  readonly unavailable?: string;
}

export function routeTold(inquiry: Inquiry, route: RouteResult): RouteTold {
  const { outcome, grpcStatus, rule, destinations, timeout, retries, fault, mirrors, rewrite, cors } = route;
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0);
  return {
    outcome,
    ...(grpcStatus !== undefined && { grpcStatus: grpcStatusName(grpcStatus) }),
    ...(rule && { rule: { ...(rule.name && { name: rule.name }), ...where(inquiry, rule.object, rule.path) } }),
    destinations: destinations.map((it) => destinationTold(inquiry, it, it.weight / total)),
    timeout: timeout === 'none' ? 'none' : span(timeout),
    retries: retriesTold(retries),
    ...(fault && { fault: faultTold(fault) }),
    mirrors: mirrors.map((it) => `${it.percentage} % to ${addressOf(it)}`),
    ...(rewrite && { rewrite: Object.values(rewrite).join(' ') }),
    ...(cors && { cors: where(inquiry, cors.object, cors.path) }),
    reasons: route.reasons.map(({ text, object, path }) => ({ text, ...(object && where(inquiry, object, path)) })),
    skipped: route.skipped.map(({ object, path, why }) => ({ text: why, ...where(inquiry, object, path) })),
    missing: route.missing,
  };
}

function destinationTold(inquiry: Inquiry, it: Destination, share: number): DestinationTold {
  return {
    host: it.host,
    ...(it.port && { port: it.port.number }),
    ...(it.subset !== undefined && { subset: it.subset }),
    weight: Math.round(share * 10_000) / 100,
    workloads: it.workloads.map(({ id }) => id),
    tls: it.tlsMode,
    protocol: it.upstreamProtocol,
    destinationRules: it.destinationRules.map((rule) => `${rule.namespace}/${rule.name} ${inquiry.place(rule)}`),
    ...(it.unavailable !== undefined && { unavailable: it.unavailable }),
  };
}

function retriesTold({ attempts, retryOn, perTryTimeout, source }: RouteResult['retries']): string {
  if (attempts === 0) {
    return 'none';
  }
  const perTry = perTryTimeout === undefined ? '' : `, ${span(perTryTimeout)} for each try`;
  const origin = source === 'default' ? ' (unasked: what Istio does by default)' : '';
  return `${attempts} on ${retryOn.join(',')}${perTry}${origin}`;
}

function faultTold({ delay, abort }: NonNullable<RouteResult['fault']>): string {
  const delayed = delay && `${delay.percentage} % are delayed by ${span(delay.duration)}`;
  const aborted = abort && `${abort.percentage} % are aborted with ${grpcStatusName(abort.grpcStatus)}`;
  return [delayed, aborted].filter((word) => word !== undefined).join(', ');
}

function span(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** A route as lines of text. */
export function routeLines(told: RouteTold): string[] {
  const { outcome, grpcStatus, rule, destinations, timeout, retries, fault, mirrors, rewrite, cors } = told;
  const line = (label: string, words: string) => `  ${label.padEnd(10)} ${words}`;
  const named = ({ object, field, place }: Omit<Told, 'text'>) =>
    [object, field, place && ` ${place}`].filter((word) => word !== undefined).join(' ');
  return [
    `  ${outcome}${grpcStatus ? `: the caller sees ${grpcStatus}` : ''}`,
    ...(rule ? [line('rule', `${rule.name ? `'${rule.name}' of ` : ''}${named(rule)}`)] : []),
    ...destinations.flatMap((it) => destinationLines(it, line)),
    ...(destinations.length > 0 ? [line('timeout', timeout), line('retries', retries)] : []),
    ...(fault ? [line('fault', fault)] : []),
    ...mirrors.map((it) => line('mirror', it)),
    ...(rewrite ? [line('rewrite', rewrite)] : []),
    ...(cors ? [line('cors', named(cors))] : []),
    ...told.reasons.map((it) => line('because', `${it.text}${it.object ? `  ${it.place}` : ''}`)),
    ...told.skipped.map((it) => line('not', `${it.object} ${it.field}: ${it.text}  ${it.place}`)),
    ...told.missing.map((fact) => line('missing', fact)),
  ];
}

function destinationLines(it: DestinationTold, line: (label: string, words: string) => string): string[] {
  const pods = it.workloads.length > 0 ? ` (${it.workloads.join(', ')})` : '';
  return [
    line('to', `${it.weight} % ${addressOf(it)}${pods}`),
    line('', `${it.protocol === 'client' ? 'as the client speaks' : it.protocol}, TLS ${it.tls}`),
    ...it.destinationRules.map((rule) => line('', `DestinationRule ${rule}`)),
    ...(it.unavailable ? [line('', it.unavailable)] : []),
  ];
}

/** `payment.shop.svc.cluster.local:50051 subset v2`, as far as it is said. */
function addressOf({ host, port, subset }: Pick<DestinationTold, 'host' | 'port' | 'subset'>): string {
  return `${host}${port === undefined ? '' : `:${port}`}${subset ? ` subset ${subset}` : ''}`;
}
