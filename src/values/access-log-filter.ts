import type { Duration } from 'cdk8s';
import { MeshError } from '../errors';
import type { GrpcStatus } from './grpc-status';
import { milliseconds } from './milliseconds';

/**
 * Which calls stand in an access log.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#AccessLogging-Filter
 */
export class AccessLogFilter {
  /** Calls of gRPC that end by another status than OK, or before there is one, and others from HTTP 400 on. */
  public static failures(): AccessLogFilter {
    return new AccessLogFilter({ failures: true });
  }

  /**
   * Calls of gRPC that end by one of these.
   *
   * Refused: `NoStatuses`.
   *
   * @param statuses which
   */
  public static statuses(statuses: GrpcStatus[]): AccessLogFilter {
    if (statuses.length === 0) throw noStatuses();
    return new AccessLogFilter({ statuses: [...new Set(statuses)] });
  }

  /**
   * Calls that take longer. A stream takes as long as it lives.
   *
   * Refused: `InvalidDuration`.
   *
   * @param duration whole milliseconds, at least 1
   */
  public static slowerThan(duration: Duration): AccessLogFilter {
    return new AccessLogFilter({ millis: milliseconds(duration, 'duration', 'AccessLogFilter.slowerThan') });
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _condition: LogCondition,
  ) {}
}

/** One of these. */
export interface LogCondition {
  readonly failures?: boolean;
  readonly statuses?: GrpcStatus[];
  readonly millis?: number;
}

function noStatuses(): MeshError {
  return new MeshError({
    code: 'NoStatuses',
    where: 'AccessLogFilter.statuses',
    what: 'the list of statuses is empty.',
    why: 'No call ends by none of them, so nothing would be logged.',
    fix: 'AccessLogFilter.statuses([GrpcStatus.PERMISSION_DENIED])',
  });
}
