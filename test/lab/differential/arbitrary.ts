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
  /** For what others refer to. */
  readonly name?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: { [field: string]: Json };
}

/** Of two rules that compete the older wins, and of equally old ones the first by name: they have the list's order. */
export function nameOf({ name }: Rule, at: number): string {
  return name ?? `r${at}`;
}

/** An object for a cluster. */
export function objectOf(rule: Rule, at: number): string {
  const { apiVersion, kind, namespace, annotations, spec } = rule;
  const metadata = { name: nameOf(rule, at), namespace, ...(annotations && { annotations }) };
  return JSON.stringify({ apiVersion, kind, metadata, spec });
}
