import { milliseconds } from './duration';

/**
 * How long Envoy waits for a whole answer: a route without `timeout` sets no limit, and the deadline of a gRPC client
 * counts where it is the shorter.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (setTimeout)
 */
export function effectiveTimeout(routeTimeout: string | undefined, grpcTimeout: string | undefined): number | 'none' {
  const route = routeTimeout === undefined ? 0 : milliseconds(routeTimeout);
  const client = grpcTimeout === undefined ? 0 : grpcTimeoutMilliseconds(grpcTimeout);
  // 0 is no limit, for either.
  const limits = [route, client].filter((limit) => limit > 0);
  return limits.length === 0 ? 'none' : Math.min(...limits);
}

/**
 * The header `grpc-timeout`: up to eight digits and a unit. Less than a millisecond counts as one.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests
 */
function grpcTimeoutMilliseconds(value: string): number {
  const [, amount, unit] = /^(\d{1,8})([HMSmun])$/.exec(value) ?? [];
  return amount === undefined ? 0 : Math.ceil(Number(amount) * IN_MILLISECONDS[unit]);
}

const IN_MILLISECONDS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};
