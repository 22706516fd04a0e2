/** A duration as Istio reads it: whole seconds where it can be. */
export function duration(millis: number): string {
  return millis % 1000 === 0 ? `${millis / 1000}s` : `${millis}ms`;
}
