import type { Duration } from 'cdk8s';
import { MeshError } from '../errors';
import { milliseconds } from './milliseconds';

/**
 * The gRPC statuses that a proxy can retry. There are no others.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-grpc-on
 */
export enum RetryableStatus {
  /** The call was called off (1), by the server or on the way. */
  CANCELLED = 'cancelled',
  /** The call took too long (4); it may have been executed all the same. */
  DEADLINE_EXCEEDED = 'deadline-exceeded',
  /** The server broke something (13): another try often breaks it again. */
  INTERNAL = 'internal',
  /** The server, or a quota, has no room (8): another try adds to the load. */
  RESOURCE_EXHAUSTED = 'resource-exhausted',
  /** The server cannot be reached or does not want to answer now (14). */
  UNAVAILABLE = 'unavailable',
}

/** How often, and how long each try may take. */
export interface RetryOptions {
  /**
   * Tries after the first one, 0 to 10.
   *
   * @default 2
   */
  readonly attempts?: number;

  /**
   * How long one try may take before it is given up and repeated.
   *
   * All tries together must fit the deadline. A try that was given up may have been executed, so this is for
   * idempotent unary RPCs only. Whole milliseconds.
   *
   * @default - a try may take as long as the deadline leaves
   * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
   */
  readonly perTryTimeout?: Duration;
}

/** A retry of calls that the server may have executed already. */
export interface RepeatExecutedOptions extends RetryOptions {
  /** Which answers are tried again. */
  readonly statuses: RetryableStatus[];

  /** Why a second execution does no harm here, although the `.proto` does not say so. Kept in the YAML. */
  readonly reason: string;
}

const UNEXECUTED = ['connect-failure', 'refused-stream', 'reset-before-request'];
const REPEATABLE = ['connect-failure', 'refused-stream', 'reset'];

/**
 * Which failed calls the caller's proxy tries again.
 *
 * The default comes from the `.proto`: what was certainly not executed is tried again for every RPC, an RPC with
 * `idempotency_level` also after UNAVAILABLE, CANCELLED and a broken connection. Only errors without response headers
 * can be retried at all; a stream that has begun never is.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export class RetryPolicy {
  /** No second try of anything. */
  public static never(): RetryPolicy {
    return new RetryPolicy(0, [], false, undefined, undefined);
  }

  /**
   * Only calls that certainly reached no server. Safe for every RPC, streams included.
   *
   * Refused: `InvalidAttempts`.
   *
   * @param attempts tries after the first one, 0 to 10
   */
  public static unexecuted(attempts: number = 2): RetryPolicy {
    return new RetryPolicy(attempts, UNEXECUTED, false, undefined, undefined);
  }

  /**
   * Also calls that broke or were answered UNAVAILABLE or CANCELLED. For idempotent unary RPCs.
   *
   * Refused: `InvalidAttempts`, `InvalidDuration`; by the service `RetryOnStream`, `RetryNotIdempotent`,
   * `PerTryTimeoutTooLong`.
   *
   * @param options how often, and how long a try may take. Left out: two more tries, within the deadline
   */
  public static idempotent(options: RetryOptions = {}): RetryPolicy {
    return RetryPolicy.onStatus([RetryableStatus.UNAVAILABLE, RetryableStatus.CANCELLED], options);
  }

  /**
   * Also calls that broke or were answered with one of these statuses. For idempotent unary RPCs.
   *
   * Refused: `NoStatuses`, `InvalidAttempts`, `InvalidDuration`; by the service `RetryOnStream`, `RetryNotIdempotent`,
   * `PerTryTimeoutTooLong`.
   *
   * @param statuses answers that are tried again, at least one
   * @param options how often, and how long a try may take. Left out: two more tries, within the deadline
   */
  public static onStatus(statuses: RetryableStatus[], options: RetryOptions = {}): RetryPolicy {
    return RetryPolicy.repeating(statuses, options, undefined);
  }

  /**
   * As `onStatus`, for an RPC of which the `.proto` does not say that it may be repeated, or for a stream.
   *
   * The opt-out stands in the VirtualService as an annotation with its reason.
   *
   * Refused: `NoReason`, `NoStatuses`, `InvalidAttempts`, `InvalidDuration`; by the service `PerTryTimeoutOnStream`,
   * `PerTryTimeoutTooLong`.
   *
   * @param options which answers, how often, and why a second execution does no harm
   */
  public static dangerouslyRepeatExecuted(options: RepeatExecutedOptions): RetryPolicy {
    return RetryPolicy.repeating(options.statuses, options, required(options.reason));
  }

  private static repeating(statuses: RetryableStatus[], options: RetryOptions, reason: string | undefined) {
    if (statuses.length === 0) {
      throw new MeshError({
        code: 'NoStatuses',
        where: 'RetryPolicy',
        what: 'the list of statuses is empty.',
        why: 'It would be read as every status or as none, depending on the reader.',
        fix: 'RetryPolicy.onStatus([RetryableStatus.UNAVAILABLE])   // or RetryPolicy.unexecuted(), RetryPolicy.never()',
      });
    }
    return new RetryPolicy(
      options.attempts ?? 2,
      [...REPEATABLE, ...new Set(statuses)],
      true,
      options.perTryTimeout && milliseconds(options.perTryTimeout, 'perTryTimeout', 'RetryPolicy'),
      reason,
    );
  }

  private constructor(
    /** Tries after the first one. */
    public readonly attempts: number,
    private readonly on: string[],
    /**
     * @internal
     */
    public readonly _repeatsExecuted: boolean,
    /**
     * @internal
     */
    public readonly _perTryMillis: number | undefined,
    /**
     * @internal
     */
    public readonly _reason: string | undefined,
  ) {
    if (!Number.isInteger(attempts) || attempts < 0 || attempts > 10) {
      throw new MeshError({
        code: 'InvalidAttempts',
        where: 'RetryPolicy',
        what: `attempts is ${attempts}, a whole number from 0 to 10 is needed.`,
        why: 'Each attempt multiplies the load on a server that is already failing.',
        fix: 'RetryPolicy.idempotent({ attempts: 2 })',
      });
    }
  }

  /**
   * The conditions in Envoy's words.
   *
   * A try that timed out is repeated only if both `reset` and `deadline-exceeded` stand here.
   *
   * @internal
   */
  public get _conditions(): string[] {
    const timedOut = this._perTryMillis === undefined ? [] : ['deadline-exceeded'];
    return [...new Set([...this.on, ...timedOut])];
  }
}

function required(reason: string): string {
  if (reason.trim() !== '') return reason;
  throw new MeshError({
    code: 'NoReason',
    where: 'RetryPolicy.dangerouslyRepeatExecuted',
    what: 'the reason is empty.',
    why: 'Whoever reviews the YAML must be able to see why a call may be executed twice.',
    fix: "reason: 'the server drops duplicates by request id'",
  });
}
