import { Duration } from 'cdk8s';
import { MeshError } from '../errors';
import { CircuitBreaker } from './circuit-breaker';
import { LoadBalancing } from './load-balancing';
import { Locality } from './locality';
import { milliseconds } from './milliseconds';
import { OutlierDetection } from './outlier-detection';

/**
 * How callers treat the pods of a service, where the default does not fit.
 *
 * Refused by the service: `InvalidDuration`, `LocalityWithoutOutlierDetection`, `HashWithLocality`, `NothingToTune`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export interface TrafficPolicy {
  /**
   * How much one caller's proxy may have under way.
   *
   * @default - CircuitBreaker.of({ maxRequests: 1000 })
   */
  readonly circuitBreaker?: CircuitBreaker;

  /**
   * Whether a pod that keeps failing is left out for a while.
   *
   * @default OutlierDetection.of()
   */
  readonly outlierDetection?: OutlierDetection;

  /**
   * Which pod gets the next call.
   *
   * @default LoadBalancing.leastRequest()
   */
  readonly loadBalancing?: LoadBalancing;

  /**
   * Whether calls prefer pods that are near their caller.
   *
   * @default Locality.ignored()
   */
  readonly locality?: Locality;

  /**
   * How long a connection may take to come about. Whole milliseconds.
   *
   * @default Duration.seconds(3)
   */
  readonly connectTimeout?: Duration;

  /**
   * After which silence a proxy asks whether the other end of a connection still lives; it asks again three times as
   * often. Whole seconds.
   *
   * @default Duration.seconds(60)
   */
  readonly keepAlive?: Duration;

  /**
   * How long a connection lives at most. It takes no new calls then, and closes when those under way are done. Whole
   * milliseconds.
   *
   * HTTP/2 connections live for days otherwise: with an age they learn of rotated certificates and of new pods.
   *
   * @default - as long as it works
   */
  readonly maxConnectionAge?: Duration;
}

/** The traffic policy of a service, every default applied. */
export interface TrafficSettings {
  readonly circuitBreaker: CircuitBreaker;
  readonly outlierDetection: OutlierDetection;
  readonly loadBalancing: LoadBalancing;
  readonly locality: Locality;
  readonly connectTimeoutMillis: number;
  readonly keepAliveSeconds: number;
  readonly maxConnectionAgeMillis?: number;
}

/** What the user said, checked as a whole. */
export function trafficSettings(policy: TrafficPolicy, where: string): TrafficSettings {
  const settings = {
    circuitBreaker: policy.circuitBreaker ?? CircuitBreaker.of({}),
    outlierDetection: policy.outlierDetection ?? OutlierDetection.of(),
    loadBalancing: policy.loadBalancing ?? LoadBalancing.leastRequest(),
    locality: policy.locality ?? Locality.ignored(),
    connectTimeoutMillis: milliseconds(policy.connectTimeout ?? Duration.seconds(3), 'connectTimeout', where),
    keepAliveSeconds: wholeSeconds(policy.keepAlive ?? Duration.seconds(60), where),
    maxConnectionAgeMillis: policy.maxConnectionAge && milliseconds(policy.maxConnectionAge, 'maxConnectionAge', where),
  };
  const { outlierDetection, loadBalancing, locality } = settings;
  if (locality._setting.enabled && !outlierDetection._ejection) throw withoutDetection(where);
  if (locality._setting.enabled && loadBalancing._hashKey !== undefined) {
    throw hashWithLocality(loadBalancing._hashKey, where);
  }
  return settings;
}

function wholeSeconds(keepAlive: Duration, where: string): number {
  const seconds = keepAlive.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= 1) return seconds;
  throw new MeshError({
    code: 'InvalidDuration',
    where,
    what: `keepAlive is ${seconds} s.`,
    why: 'TCP counts it in whole seconds, at least 1.',
    fix: 'keepAlive: Duration.seconds(60)',
  });
}

function withoutDetection(where: string): MeshError {
  return new MeshError({
    code: 'LocalityWithoutOutlierDetection',
    where,
    what: 'calls shall prefer near pods, but outlier detection is off.',
    why: 'Without it no proxy learns that the near pods fail, and no other ones would ever take over.',
    fix: 'outlierDetection: OutlierDetection.of()',
  });
}

function hashWithLocality(key: string, where: string): MeshError {
  return new MeshError({
    code: 'HashWithLocality',
    where,
    what: `calls go by the hash of '${key}' and shall prefer near pods.`,
    why: 'Callers of each zone would have another ring: one value of the key would land on as many pods as there are zones.',
    fix: 'locality: Locality.ignored()',
  });
}
