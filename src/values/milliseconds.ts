import type { Duration } from 'cdk8s';
import { MeshError } from '../errors';

/** A duration in whole milliseconds, refused if the mesh could not hold it. */
export function milliseconds(duration: Duration, noun: string, where: string): number {
  // 1.001 s are 1000.9999999999999 ms to a computer.
  const millis = Number(duration.toMilliseconds({ integral: false }).toPrecision(12));
  if (Number.isInteger(millis) && millis >= 1) return millis;
  throw new MeshError({
    code: 'InvalidDuration',
    where,
    what: `${noun} is ${millis} ms.`,
    why: 'Istio refuses durations under 1 ms and durations finer than 1 ms.',
    fix: 'Duration.millis(500)',
  });
}
