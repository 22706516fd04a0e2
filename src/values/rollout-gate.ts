import type { Duration } from 'cdk8s';
import { MeshError } from '../errors';
import { GrpcStatus } from './grpc-status';
import { milliseconds } from './milliseconds';

/** Which answers of a new version are good. */
export interface GrpcStatusGateOptions {
  /** Percent of the calls that have to be good, above 1 and up to 100: 99.5, not 0.995. */
  readonly atLeast: number;

  /**
   * Statuses that are not the server's fault, and so are good besides OK.
   *
   * @default - all but UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS
   */
  readonly good?: GrpcStatus[];
}

/** How long calls of a new version may take. */
export interface LatencyGateOptions {
  /** Which of a hundred calls, from the fastest on: 50 is the median. Above 1 and below 100. */
  readonly percentile: number;

  /** How long that one may take. Whole milliseconds. */
  readonly atMost: Duration;
}

/**
 * What has to hold of a new version before it gets more calls.
 *
 * Asked of Prometheus, for the calls of all callers that have a proxy. Without calls there is no answer, and the
 * release waits.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export class RolloutGate {
  /**
   * A share of the calls that are answered well. A call without an answer is not.
   *
   * Refused: `InvalidPercentage`; by the canary `GateNotGrpc`.
   *
   * @param options which share, and what is good
   */
  public static grpcStatus(options: GrpcStatusGateOptions): RolloutGate {
    const { atLeast, good = NOT_THE_SERVERS_FAULT } = options;
    if (!(atLeast > 1 && atLeast <= 100)) throw outOfRange('atLeast', atLeast);
    const bad = CODES.filter((status) => !good.includes(status)).map((status) => CODES.indexOf(status) + 1);
    return new RolloutGate('grpc-status', { bad, atLeast }, undefined);
  }

  /**
   * A time within which most calls are answered. Streams count as long as they live.
   *
   * Refused: `InvalidPercentage`, `InvalidDuration`.
   *
   * @param options how many of the calls, and which time
   */
  public static latency(options: LatencyGateOptions): RolloutGate {
    const { percentile, atMost } = options;
    if (!(percentile > 1 && percentile < 100)) throw outOfRange('percentile', percentile);
    const atMostMillis = milliseconds(atMost, 'atMost', 'RolloutGate.latency');
    return new RolloutGate(`latency-p${String(percentile).replace('.', '-')}`, undefined, { percentile, atMostMillis });
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _name: string,
    /**
     * Numbers of the statuses that are not good.
     *
     * @internal
     */
    public readonly _status: { readonly bad: number[]; readonly atLeast: number } | undefined,
    /**
     * @internal
     */
    public readonly _latency: { readonly percentile: number; readonly atMostMillis: number } | undefined,
  ) {}
}

/** In the order of their numbers, from 1. */
const CODES = [
  GrpcStatus.CANCELLED,
  GrpcStatus.UNKNOWN,
  GrpcStatus.INVALID_ARGUMENT,
  GrpcStatus.DEADLINE_EXCEEDED,
  GrpcStatus.NOT_FOUND,
  GrpcStatus.ALREADY_EXISTS,
  GrpcStatus.PERMISSION_DENIED,
  GrpcStatus.RESOURCE_EXHAUSTED,
  GrpcStatus.FAILED_PRECONDITION,
  GrpcStatus.ABORTED,
  GrpcStatus.OUT_OF_RANGE,
  GrpcStatus.UNIMPLEMENTED,
  GrpcStatus.INTERNAL,
  GrpcStatus.UNAVAILABLE,
  GrpcStatus.DATA_LOSS,
  GrpcStatus.UNAUTHENTICATED,
];

const NOT_THE_SERVERS_FAULT = [
  GrpcStatus.CANCELLED,
  GrpcStatus.INVALID_ARGUMENT,
  GrpcStatus.NOT_FOUND,
  GrpcStatus.ALREADY_EXISTS,
  GrpcStatus.PERMISSION_DENIED,
  GrpcStatus.FAILED_PRECONDITION,
  GrpcStatus.ABORTED,
  GrpcStatus.OUT_OF_RANGE,
  GrpcStatus.UNAUTHENTICATED,
];

function outOfRange(name: string, value: number): MeshError {
  return new MeshError({
    code: 'InvalidPercentage',
    where: 'RolloutGate',
    what: `${name} is ${value}: it is percent, above 1 and ${name === 'atLeast' ? 'up to' : 'below'} 100.`,
    why: 'A gate that every version passes, or none, is no gate; and 0.995 would mean one call of a hundred, not 99.5.',
    fix: 'RolloutGate.grpcStatus({ atLeast: 99 })   // or RolloutGate.latency({ percentile: 99, atMost: ... })',
  });
}
