import { listed } from '../../manifests/words';
import type { Attribute, Scope } from './attribute';
import type { Facts } from './facts';
import { not, type Truth } from './truth';

/** One field of a rule, compiled: some values of which any, or none, must fit. */
export interface Condition {
  /** As it is written: `notPrincipals`, `source.ip`. */
  readonly field: string;
  readonly attribute: Attribute;
  readonly values: readonly string[];
  readonly negated: boolean;
  readonly test: (facts: Facts) => Truth;
}

export function condition(field: string, attribute: Attribute, values: readonly string[], scope: Scope): Condition {
  return { field, attribute, values, negated: false, test: compiledLate(() => attribute.anyOf(values, scope)) };
}

/** It holds of whatever lacks the attribute, too: `notPrincipals` of a caller without identity. */
export function negation(field: string, attribute: Attribute, values: readonly string[], scope: Scope): Condition {
  const test = compiledLate(() => attribute.anyOf(values, scope));
  return { field, attribute, values, negated: true, test: (facts) => not(test(facts)) };
}

/** Most conditions of a large mesh are only read, and no request ever meets them. */
function compiledLate(compile: () => Condition['test']): Condition['test'] {
  let test: Condition['test'] | undefined;
  return (facts) => {
    test ??= compile();
    return test(facts);
  };
}

/** What a request lacks for a condition: `the principal is 'x', the rule wants 'y' or 'z'`. */
export function lackOf({ attribute, values, negated }: Condition, facts: Facts): string {
  const shown = values.length > MANY ? [...values.slice(0, MANY - 1), OTHERS] : values;
  const wanted = listed(shown, 'or').replace(`'${OTHERS}'`, `${values.length - MANY + 1} more`);
  return `${attribute.told(facts)}, the rule wants ${negated ? 'anything but ' : ''}${wanted}`;
}

const MANY = 6;
const OTHERS = '\u2026';
