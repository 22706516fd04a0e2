import fc from 'fast-check';

export type Json = string | number | boolean | Json[] | { [field: string]: Json };

/** One or two of these. */
export function some<T>(...values: readonly T[]): fc.Arbitrary<T[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: Math.min(2, values.length) });
}

/** An object with a few of these fields: most have one or two. */
export function few(
  fields: Readonly<Record<string, fc.Arbitrary<Json>>>,
  { least = 0, most = 2 }: { least?: number; most?: number } = {},
): fc.Arbitrary<{ [field: string]: Json }> {
  const names = Object.keys(fields);
  return fc
    .uniqueArray(fc.constantFrom(...names), { minLength: least, maxLength: most })
    .chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, fields[name]]))));
}

/** As they say how often. */
export function often<T>(...weighted: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

export interface Rule {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: { [field: string]: Json };
}

/** An object for a cluster. Of two rules that compete the older wins, so names have the order of the list. */
export function objectOf({ apiVersion, kind, namespace, annotations, spec }: Rule, at: number): string {
  const metadata = { name: `r${at}`, namespace, ...(annotations && { annotations }) };
  return JSON.stringify({ apiVersion, kind, metadata, spec });
}
