import { isObject, type JsonObject } from '../../manifests/json';
import type { HttpRoute } from '../../manifests/types';
import { milliseconds } from './duration';
import type { Retries } from './route-result';

/**
 * What a proxy repeats: as the route says, else as the mesh says, else what Istio does unasked.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/retry/retry.go (ConvertPolicy)
 */
export function retriesOf(route: HttpRoute['retries'], mesh: JsonObject | undefined, consistentHash: boolean): Retries {
  const source = route ? 'virtual-service' : mesh ? 'mesh' : 'default';
  const policy = route ?? mesh;
  const attempts = policy ? Number(policy.attempts ?? 0) : 2;
  if (attempts <= 0) return { ...NO_RETRIES, source };
  const { retryOn, perTryTimeout, backoff, retryIgnorePreviousHosts, retryRemoteLocalities } = policy ?? {};
  return {
    attempts,
    retryOn: typeof retryOn === 'string' && retryOn !== '' ? conditionsOf(retryOn) : DEFAULT_CONDITIONS,
    ...(typeof perTryTimeout === 'string' && { perTryTimeout: milliseconds(perTryTimeout) }),
    ...(typeof backoff === 'string' && { backoff: milliseconds(backoff) }),
    // With a hash, the next try goes to the pod that the hash says.
    ignorePreviousHosts: truth(retryIgnorePreviousHosts) ?? !consistentHash,
    remoteLocalities: truth(retryRemoteLocalities) ?? false,
    source,
  };
}

/** Where no proxy stands between, or none that reads the request. */
export const NO_RETRIES: Retries = {
  attempts: 0,
  retryOn: [],
  ignorePreviousHosts: false,
  remoteLocalities: false,
  source: 'none',
};

const DEFAULT_CONDITIONS: readonly string[] = [
  'connect-failure',
  'refused-stream',
  'unavailable',
  'cancelled',
  'retriable-status-codes',
];

/** Numbers are HTTP statuses, and imply `retriable-status-codes`. */
function conditionsOf(retryOn: string): readonly string[] {
  const conditions = retryOn
    .split(',')
    .map((condition) => condition.trim())
    .filter((condition) => condition !== '');
  const codes = conditions.some((condition) => /^[1-5]\d\d$/.test(condition));
  return codes && !retryOn.includes('retriable-status-codes') ? [...conditions, 'retriable-status-codes'] : conditions;
}

/** A wrapped boolean: the mesh's configuration may write it as `{ value: true }`. */
function truth(value: unknown): boolean | undefined {
  const bare = isObject(value) ? value.value : value;
  return typeof bare === 'boolean' ? bare : undefined;
}
