import { MeshError } from '../errors';

/** How much one caller's proxy may have under way at the pods of a service. */
export interface CircuitBreakerOptions {
  /**
   * Calls and streams under way at once, from 1. The one above is answered UNAVAILABLE (14) at once.
   *
   * An open stream counts as long as it lives.
   *
   * @default 1000
   */
  readonly maxRequests?: number;

  /**
   * Calls that wait for a connection, from 1. The one above is answered UNAVAILABLE (14) at once.
   *
   * @default - any number
   */
  readonly maxPendingRequests?: number;

  /**
   * Connections, from 1. An HTTP/2 connection carries many calls, so that a limit here protects a server less than
   * `maxRequests` does.
   *
   * @default - any number
   */
  readonly maxConnections?: number;

  /**
   * Second tries under way at once, from 1.
   *
   * @default - any number
   */
  readonly maxRetries?: number;
}

/**
 * The limit above which a caller's proxy answers by itself instead of adding to the load of a server.
 *
 * It counts per proxy of a caller, not for all callers together: ten callers with two pods each may have twenty times
 * as much under way.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/circuit-breaking/
 */
export class CircuitBreaker {
  /**
   * Refused: `InvalidLimit`.
   *
   * @param options what is limited, and to what
   */
  public static of(options: CircuitBreakerOptions): CircuitBreaker {
    const { maxRequests = 1000, maxPendingRequests, maxConnections, maxRetries } = options;
    for (const [name, limit] of Object.entries({ maxRequests, maxPendingRequests, maxConnections, maxRetries })) {
      if (limit !== undefined && !isLimit(limit)) throw invalidLimit(name, limit);
    }
    return new CircuitBreaker(maxRequests, maxPendingRequests, maxConnections, maxRetries);
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _maxRequests: number,
    /**
     * @internal
     */
    public readonly _maxPendingRequests: number | undefined,
    /**
     * @internal
     */
    public readonly _maxConnections: number | undefined,
    /**
     * @internal
     */
    public readonly _maxRetries: number | undefined,
  ) {}
}

// Envoy counts in 32 bits, Istio reads them signed.
function isLimit(limit: number): boolean {
  return Number.isInteger(limit) && limit >= 1 && limit < 2 ** 31;
}

function invalidLimit(name: string, limit: number): MeshError {
  return new MeshError({
    code: 'InvalidLimit',
    where: 'CircuitBreaker',
    what: `${name} is ${limit}, a whole number from 1 is needed.`,
    why: 'Istio reads 0 as no limit at all, and refuses what is no whole number.',
    fix: `CircuitBreaker.of({ ${name}: 100 })`,
  });
}
