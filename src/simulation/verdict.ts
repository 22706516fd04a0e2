import type { Manifest } from '../manifests/manifest';

/** `unknown` where the manifests do not say; never `allow` by default. */
export type Outcome = 'allow' | 'deny' | 'unknown';

/** What a call passes on its way, in this order. */
export type Layer =
  | 'network-policy'
  | 'visibility'
  | 'route'
  | 'mtls'
  | 'request-authentication'
  | 'authorization-policy';

/** One thing that decided: a sentence, and where it stands. */
export interface Reason {
  readonly layer: Layer;
  /** A sentence a person reads at two in the morning. */
  readonly text: string;
  readonly object?: Manifest<unknown>;
  /** The field inside the object, as `['spec', 'rules', 0]`. */
  readonly path?: readonly (string | number)[];
}

/** A rule that would have let the call through, and what the call lacked for it. */
export interface NearMiss {
  readonly object: Manifest<unknown>;
  readonly path: readonly (string | number)[];
  /** Such as: `the principal is 'x', not one of 'y', 'z'`. One for each condition that failed. */
  readonly lacks: readonly string[];
}

export type NearMisses = () => readonly NearMiss[];

/** What one layer says of a call. */
export interface Decision {
  readonly outcome: Outcome;
  /** For a deny and an unknown never empty; for an allow what allowed it. */
  readonly reasons: readonly Reason[];
  /** For a deny by absence: the rules nearest to a match first. They are put into words when somebody asks. */
  readonly nearMisses: NearMisses;
  /** For an unknown: the facts that would settle it, each a noun phrase (`the labels of namespace shop`). */
  readonly missing: readonly string[];
}

export function allow(...reasons: Reason[]): Decision {
  return { outcome: 'allow', reasons, nearMisses: noNearMisses, missing: [] };
}

export function deny(reasons: readonly Reason[], nearMisses: NearMisses = noNearMisses): Decision {
  return { outcome: 'deny', reasons, nearMisses, missing: [] };
}

export function unknown(missing: readonly string[], reasons: readonly Reason[]): Decision {
  return { outcome: 'unknown', reasons, nearMisses: noNearMisses, missing };
}

export function noNearMisses(): readonly NearMiss[] {
  return [];
}
