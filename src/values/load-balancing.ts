import type { Duration } from 'cdk8s';
import { metadataKey } from './metadata-key';
import { milliseconds } from './milliseconds';

/** What besides the number of pods decides who gets a call. */
export interface LoadBalancingOptions {
  /**
   * How long a new pod gets fewer calls than the others, from a tenth of its share up to all of it. For servers that
   * are slow at first: empty caches, just-in-time compilers. Whole milliseconds.
   *
   * @default - a new pod gets its share at once
   */
  readonly warmUp?: Duration;
}

/**
 * Which pod of a service gets the next call.
 *
 * It decides call by call, not connection by connection; a stream stays where it began.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings
 */
export class LoadBalancing {
  /**
   * The better of two pods, by the calls that this caller has open there. Slow pods get less.
   *
   * Refused: `InvalidDuration`.
   *
   * @param options how new pods begin. Left out: with their whole share
   */
  public static leastRequest(options: LoadBalancingOptions = {}): LoadBalancing {
    return new LoadBalancing('LEAST_REQUEST', warmUpOf(options), undefined);
  }

  /**
   * One pod after the other, however slow it is.
   *
   * Refused: `InvalidDuration`.
   *
   * @param options how new pods begin. Left out: with their whole share
   */
  public static roundRobin(options: LoadBalancingOptions = {}): LoadBalancing {
    return new LoadBalancing('ROUND_ROBIN', warmUpOf(options), undefined);
  }

  /**
   * Calls with the same value of a metadata key go to the same pod, as long as there are the same pods.
   *
   * For caches, not for state: pods come and go, and a call without the key goes to any of them. A service with a
   * canary has a ring for each version.
   *
   * Refused: `InvalidHeader`; by the service `HashWithLocality`.
   *
   * @param key metadata key in lower case, `x-user-id`
   */
  public static consistentHash(key: string): LoadBalancing {
    return new LoadBalancing(undefined, undefined, metadataKey(key, 'LoadBalancing.consistentHash'));
  }

  private constructor(
    /**
     * undefined: by hash.
     *
     * @internal
     */
    public readonly _simple: 'LEAST_REQUEST' | 'ROUND_ROBIN' | undefined,
    /**
     * @internal
     */
    public readonly _warmUpMillis: number | undefined,
    /**
     * @internal
     */
    public readonly _hashKey: string | undefined,
  ) {}
}

function warmUpOf({ warmUp }: LoadBalancingOptions): number | undefined {
  return warmUp && milliseconds(warmUp, 'warmUp', 'LoadBalancing');
}
