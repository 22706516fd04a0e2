import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshError, placeOf, placeOfNew } from './errors';
import type { GrpcService } from './grpc-service';
import { unusedId } from './kubernetes/owned-object';
import type { Fault } from './mesh/routing';
import { areDisjoint, type RequestMatch } from './request-match';
import { specialCalls } from './special-calls';
import { expiry } from './values/expiry';
import type { GrpcStatus } from './values/grpc-status';
import { milliseconds } from './values/milliseconds';
import { dnsLabel } from './values/names';
import { optOut } from './values/opt-out';
import { percentage } from './values/percentage';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Calls that fail before they reach the server. */
export interface FaultAbort {
  /** What the caller is answered. */
  readonly status: GrpcStatus;

  /** Percent of the calls, above 0 and up to 100. */
  readonly percentage: number;
}

/** Calls that begin late. */
export interface FaultDelay {
  /** How late. Whole milliseconds. */
  readonly duration: Duration;

  /** Percent of the calls, above 0 and up to 100. */
  readonly percentage: number;
}

/** What is broken on purpose, for whom, and until when. */
export interface FaultInjectionProps {
  /** The service whose calls are hurt. */
  readonly service: GrpcService;

  /**
   * Its RPCs.
   *
   * @default - every RPC but health and reflection
   */
  readonly operations?: string[];

  /**
   * Which calls: one of these matches has to hold, `{ caller: order }` for those of one service.
   *
   * @default - every call
   */
  readonly matches?: RequestMatch[];

  /**
   * Calls that are answered with an error at once. The proxy that does so does not try them again.
   *
   * @default - none
   */
  readonly abort?: FaultAbort;

  /**
   * Calls that wait before they go to the server.
   *
   * @default - none
   */
  readonly delay?: FaultDelay;

  /**
   * Whether calls from outside are hurt as well.
   *
   * @default false
   */
  readonly atIngress?: boolean;

  /** Last day, `2027-03-31`, in UTC. From the next day on there is no YAML until this construct is removed. */
  readonly expires: string;

  /** Why. Stands in the YAML. */
  readonly reason: string;
}

/**
 * Calls that fail or are late on purpose, to see whether their callers can live with it.
 *
 * Leaves in the cluster: routes before those of the service, with the same deadline, retries and canary split, and an
 * annotation with reason and last day; `grpc-mesh check` tells of it. The caller's proxy does it, so that the server
 * sees nothing of an aborted call. The wait before a delayed call does not count for the deadline of the route, but for
 * that of the client.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `NoFault`, `InvalidPercentage`,
 * `InvalidDuration`, `InvalidDay`, `Expired`, `NoReason`, `FaultTaken`, `NotOurs`, `UnknownMethod`, `AmbiguousMethod`,
 * `NotServedHere`, `NoOperations`, `NothingToRoute`, `EmptyMatch`, `InvalidHeader`, `CallersAtIngress`.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/fault-injection/
 */
export class FaultInjection extends Construct {
  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of its routes, after that of the routes they stand before
   * @param props what is broken, for whom, and until when
   */
  public constructor(scope: Construct, id: string, props: FaultInjectionProps) {
    const where = placeOfNew(scope, id, 'FaultInjection');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    ZeroTrustNamespace._enclosing(scope, where);
    const { service, abort, delay, atIngress = false } = props;
    const day = expiry(props.expires, where);
    const door = optOut('fault-injection', props.reason, where);
    if (!abort && !delay) throw noFault(where);
    const fault: Fault = {
      ...specialCalls({ ...props, atIngress }, id, 'FaultInjection', where),
      abort: abort && { status: abort.status, percentage: percentage(abort.percentage, 'the abort', where) },
      delay: delay && {
        millis: milliseconds(delay.duration, 'the delay', where),
        percentage: percentage(delay.percentage, 'the delay', where),
      },
      optOut: { ...door, reason: `${id}, until ${day}: ${door.reason}` },
    };
    const first = service._intents.faults.find((other) => overlap(other, fault));
    if (first) throw faultTaken(first, where);
    service._intents.faults.push({ ...fault, by: placeOf(this) });
  }
}

function overlap(one: Fault, other: Fault): boolean {
  const common = one.paths?.some((path) => other.paths?.includes(path)) ?? true;
  return common && !areDisjoint(one.conditions, other.conditions);
}

function noFault(where: string): MeshError {
  return new MeshError({
    code: 'NoFault',
    where,
    what: 'it breaks nothing.',
    why: 'Without an abort or a delay every call goes on as before.',
    fix: 'abort: { status: GrpcStatus.UNAVAILABLE, percentage: 10 }',
  });
}

function faultTaken(first: Fault & { readonly by: string }, where: string): MeshError {
  return new MeshError({
    code: 'FaultTaken',
    where,
    what: `some of its calls are hurt by ${first.by} already.`,
    why: 'Of two faults for one call the proxy takes the first, and the shares of the second would be others than written.',
    fix: 'abort: { ... }, delay: { ... }   // one FaultInjection may do both, or name other callers in matches',
  });
}
