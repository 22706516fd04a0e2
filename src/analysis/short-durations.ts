import type { Json } from '../manifests/json';
import { milliseconds } from '../simulation/routing/duration';

/** A duration below a millisecond, which an API server refuses. */
export function isShortDuration(value: Json | undefined): value is string {
  if (typeof value !== 'string' || !/^[+-]?(?:[\d.]+(?:ns|us|µs|ms|s|m|h))+$/.test(value)) return false;
  return value.startsWith('-') || milliseconds(value) < 1;
}
