import type { Facts } from './facts';
import type { Truth } from './truth';

/** What a rule can ask of a request: one field of a source or an operation, or one key of a `when`. */
export interface Attribute {
  /** Whether only a port that speaks HTTP has it. */
  readonly http?: boolean;
  /** A test of whether any of the values fits. */
  readonly anyOf: (values: readonly string[], scope: Scope) => (facts: Facts) => Truth;
  /** How it stands with a request: `the principal is 'cluster.local/ns/shop/sa/web'`. */
  readonly told: (facts: Facts) => string;
  /** What must be known to tell, as a noun phrase; for what files never say. */
  readonly fact?: string;
}

/** What a value means depends on where it is written, and on the mesh. */
export interface Scope {
  /** Of the policy. */
  readonly namespace: string;
  /** All that the mesh calls its own; none, where the proxy does not know of aliases. */
  readonly trustDomains: readonly string[];
}

/** `'x'`, or the sentence for what is not there. */
export function toldText(what: string, text: string | undefined, absent: string): string {
  return text === undefined || text === '' ? absent : `${what} is '${text}'`;
}
