import { MeshError } from '../errors';

/** Every door there is, in the words of the API. */
export const OPT_OUT_NAMES = [
  'dangerously-allow-any-caller',
  'dangerously-repeat-executed',
  'dangerously-any-audience',
  'dangerously-mirror-side-effects',
  'fault-injection',
  'insecure-plaintext',
  'outside-mesh',
  'dangerously-dry-run',
  'dangerously-allow-tls12',
  'dangerously-allow-any-outbound',
  'dangerously-fail-open',
  'envoy-filter',
] as const;

/** A door that somebody opened on purpose, as it stands on the object that it opens. */
export interface OptOut {
  readonly name: (typeof OPT_OUT_NAMES)[number];
  /** Why, in the words of whoever opened it. */
  readonly reason: string;
}

/**
 * Why a safe default does not fit.
 *
 * Refused: `NoReason`, when it is empty.
 */
export interface OptOutOptions {
  /** A sentence for whoever reviews the YAML, where it stands as an annotation. */
  readonly reason: string;
}

/** An opt-out with a reason that says something. */
export function optOut(name: OptOut['name'], reason: string, where: string): OptOut {
  if (reason.trim() !== '') return { name, reason };
  throw new MeshError({
    code: 'NoReason',
    where,
    what: `${name} has no reason.`,
    why: 'The reason stands in the YAML for whoever reviews it.',
    fix: "reason: 'legacy client until 2027-03, see OPS-1234'",
  });
}
