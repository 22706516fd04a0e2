/**
 * A duration as Istio's API writes it, `1.5s` or `1h30m`, in milliseconds; 0 for text that is none.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function milliseconds(text: string): number {
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns)/g)) {
    sum += Number(amount) * IN_MILLISECONDS[unit];
  }
  // Whole nanoseconds: 0.1s + 0.2s is 300, not 300.00000000000006.
  return Math.round(sum * 1e6) / 1e6;
}

const IN_MILLISECONDS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};
