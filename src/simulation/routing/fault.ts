import type { HttpRoute } from '../../manifests/types';
import { milliseconds } from './duration';
import { grpcStatusNamed, grpcStatusOf } from './grpc-status';
import type { Fault } from './route-result';

type FaultSpec = NonNullable<HttpRoute['fault']>;

/**
 * What a proxy breaks on purpose. Without `percentage` it breaks nothing.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (TranslateFault)
 */
export function faultOf(spec: FaultSpec | undefined): Fault | undefined {
  const delay = spec?.delay?.fixedDelay !== undefined ? spec.delay : undefined;
  const abort = abortOf(spec?.abort);
  if (!delay && !abort) return undefined;
  return {
    ...(delay && {
      delay: {
        percentage: percent(delay.percentage?.value ?? delay.percent ?? 0),
        duration: milliseconds(delay.fixedDelay ?? ''),
      },
    }),
    ...(abort && { abort }),
  };
}

function abortOf(abort: FaultSpec['abort']): Fault['abort'] {
  if (!abort || (abort.httpStatus === undefined && abort.grpcStatus === undefined)) return undefined;
  const percentage = percent(abort.percentage?.value ?? 0);
  return abort.httpStatus === undefined
    ? { percentage, grpcStatus: grpcStatusNamed(abort.grpcStatus ?? '') }
    : { percentage, httpStatus: abort.httpStatus, grpcStatus: grpcStatusOf(abort.httpStatus) };
}

/** Envoy counts in millionths. */
export function percent(value: number): number {
  return Math.trunc(value * 10_000) / 10_000;
}
