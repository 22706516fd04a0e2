import { Duration } from 'cdk8s';
import { MeshError } from '../errors';
import { milliseconds } from './milliseconds';

/** When a caller's proxy leaves a pod out, and for how long. */
export interface OutlierDetectionOptions {
  /**
   * UNAVAILABLE (14) and DEADLINE_EXCEEDED (4) in a row, connections that fail included. 0 is off.
   *
   * A caller whose own deadlines are too short leaves out good pods, for itself only.
   *
   * @default 5
   */
  readonly consecutiveGatewayErrors?: number;

  /**
   * UNKNOWN (2), UNIMPLEMENTED (12), INTERNAL (13) and DATA_LOSS (15) in a row, besides those above. 0 is off.
   *
   * One request that makes every server panic can then leave out one pod after the other.
   *
   * @default 0
   */
  readonly consecutive5xxErrors?: number;

  /**
   * How often pods are looked at. Whole milliseconds.
   *
   * @default Duration.seconds(10)
   */
  readonly interval?: Duration;

  /**
   * How long a pod is left out the first time, and how much longer each further time. Whole milliseconds.
   *
   * @default Duration.seconds(30)
   */
  readonly baseEjectionTime?: Duration;

  /**
   * Percent of the pods that may be left out at once, from 1 to 100.
   *
   * At 50 a pod that is alone always stays. At 100 a caller may be left with no pod at all: UNAVAILABLE (14).
   *
   * @default 50
   */
  readonly maxEjectionPercent?: number;
}

/**
 * Whether a caller's proxy leaves out a pod that keeps failing, for a while and on its own account.
 *
 * Only answers without response headers count: an error at the end of a stream that had begun does not.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export class OutlierDetection {
  /**
   * Refused: `InvalidErrorCount`, `InvalidPercentage`, `InvalidDuration`.
   *
   * @param options what counts as failing, and what follows. Left out: five UNAVAILABLE in a row, 30 s
   */
  public static of(options: OutlierDetectionOptions = {}): OutlierDetection {
    const { consecutiveGatewayErrors = 5, consecutive5xxErrors = 0, maxEjectionPercent = 50 } = options;
    const { interval = Duration.seconds(10), baseEjectionTime = Duration.seconds(30) } = options;
    if (![consecutiveGatewayErrors, consecutive5xxErrors].every(isCount)) throw invalidCounts(options);
    if (consecutiveGatewayErrors + consecutive5xxErrors === 0) throw countsNothing();
    if (!isCount(maxEjectionPercent) || maxEjectionPercent < 1 || maxEjectionPercent > 100) {
      throw invalidPercentage(maxEjectionPercent);
    }
    return new OutlierDetection({
      consecutiveGatewayErrors,
      consecutive5xxErrors,
      intervalMillis: milliseconds(interval, 'interval', 'OutlierDetection'),
      baseEjectionMillis: milliseconds(baseEjectionTime, 'baseEjectionTime', 'OutlierDetection'),
      maxEjectionPercent,
    });
  }

  /** No pod is ever left out: each gets its share of the calls until Kubernetes takes it out of the endpoints. */
  public static off(): OutlierDetection {
    return new OutlierDetection(undefined);
  }

  private constructor(
    /**
     * undefined: off.
     *
     * @internal
     */
    public readonly _ejection: Ejection | undefined,
  ) {}
}

/** Outlier detection that is on, every default applied. */
export interface Ejection {
  readonly consecutiveGatewayErrors: number;
  readonly consecutive5xxErrors: number;
  readonly intervalMillis: number;
  readonly baseEjectionMillis: number;
  readonly maxEjectionPercent: number;
}

function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 0 && count < 2 ** 31;
}

function invalidCounts(options: OutlierDetectionOptions): MeshError {
  const { consecutiveGatewayErrors: gateway, consecutive5xxErrors: all } = options;
  return new MeshError({
    code: 'InvalidErrorCount',
    where: 'OutlierDetection',
    what: `it counts ${[gateway, all].filter((count) => count !== undefined).join(' and ')} errors in a row.`,
    why: 'Errors are counted in whole numbers from 0, which is off.',
    fix: 'OutlierDetection.of({ consecutiveGatewayErrors: 5 })',
  });
}

function countsNothing(): MeshError {
  return new MeshError({
    code: 'InvalidErrorCount',
    where: 'OutlierDetection',
    what: 'it counts no errors.',
    why: 'It would look as if failing pods were left out, and none ever would be.',
    fix: 'OutlierDetection.off()',
  });
}

function invalidPercentage(percent: number): MeshError {
  return new MeshError({
    code: 'InvalidPercentage',
    where: 'OutlierDetection',
    what: `maxEjectionPercent is ${percent}, a whole number from 1 to 100 is needed.`,
    why: 'Istio reads 0 as 10: pods would be left out where none should be.',
    fix: 'OutlierDetection.of({ maxEjectionPercent: 50 })   // or OutlierDetection.off()',
  });
}
