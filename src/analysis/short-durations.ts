import { isList, isObject, type Json } from '../manifests/json';
import type { Path } from '../manifests/path';
import { milliseconds } from '../simulation/routing/duration';

/** A duration below a millisecond, which an API server refuses. */
export function isShortDuration(value: Json | undefined): value is string {
  if (typeof value !== 'string' || !/^[+-]?(?:[\d.]+(?:ns|us|µs|ms|s|m|h))+$/.test(value)) return false;
  return value.startsWith('-') || milliseconds(value) < 1;
}

/** What stands at a path of a body, if anything does. */
export function valueAt(body: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => {
    if (isList(value)) return value[Number(step)];
    return isObject(value) ? value[step] : undefined;
  }, body);
}
