import { isObject } from './json';
import type { Manifest } from './manifest';

/**
 * Objects of one kind, oldest first: where Istio lets one of several win, it is the oldest.
 *
 * What has a `creationTimestamp` was there before `kubectl apply` makes the rest, in the order of the manifests.
 */
export function oldestFirst<Body>(manifests: readonly Manifest<Body>[]): Manifest<Body>[] {
  return manifests
    .map((manifest) => ({ manifest, created: creationTime(manifest) }))
    .sort((a, b) => compare(a.created, b.created) || (a.created === NEVER ? 0 : byName(a.manifest, b.manifest)))
    .map(({ manifest }) => manifest);
}

/**
 * Whether `older` certainly wins over `younger`, which comes after it in `oldestFirst`.
 *
 * Timestamps count whole seconds, and of two of one second the first by name wins. So for two that `kubectl apply`
 * makes, maybe within one second, it is certain only if their names have the order of the manifests.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/config.go#L293
 */
export function certainlyOlder(older: Manifest<unknown>, younger: Manifest<unknown>): boolean {
  return creationTime(older) !== NEVER || byName(older, younger) < 0;
}

const NEVER = Number.POSITIVE_INFINITY;

function creationTime({ body }: Manifest<unknown>): number {
  const metadata = isObject(body) ? body.metadata : undefined;
  const stated = isObject(metadata) ? metadata.creationTimestamp : undefined;
  const time = typeof stated === 'string' ? Date.parse(stated) : Number.NaN;
  return Number.isNaN(time) ? NEVER : time;
}

function byName(a: Manifest<unknown>, b: Manifest<unknown>): number {
  return compare(a.name, b.name) || compare(a.namespace, b.namespace);
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
