import type { Json, Rule } from './arbitrary';
import type { Round } from './rounds';

/**
 * Makes a round that fails smaller as long as it goes on failing: without one of its rules, without one of their
 * fields or items. fast-check would do so too, but knows nothing of calls that fail only now and then.
 */
export async function shrink(
  round: Round,
  fails: (round: Round) => Promise<boolean>,
  patience: number,
): Promise<Round> {
  let best = round;
  for (let left = patience; left > 0; ) {
    let progress = false;
    for (const smaller of smallerThan(best)) {
      if (left === 0) return best;
      left -= 1;
      if (await fails(smaller)) {
        best = smaller;
        progress = true;
        break;
      }
    }
    if (!progress) return best;
  }
  return best;
}

function* smallerThan({ rules, probes }: Round): Iterable<Round> {
  for (const at of rules.keys()) {
    yield { rules: without(rules, at), probes };
  }
  for (const [at, rule] of rules.entries()) {
    for (const smaller of smallerRules(rule)) yield { rules: replaced(rules, at, smaller), probes };
  }
}

function* smallerRules(rule: Rule): Iterable<Rule> {
  if (rule.annotations) yield { ...rule, annotations: undefined };
  for (const spec of smallerValues(rule.spec)) yield { ...rule, spec: spec as Rule['spec'] };
}

function* smallerValues(value: Json): Iterable<Json> {
  if (Array.isArray(value)) {
    for (const at of value.keys()) yield without(value, at);
    for (const [at, item] of value.entries()) {
      for (const smaller of smallerValues(item)) yield replaced(value, at, smaller);
    }
  } else if (typeof value === 'object') {
    for (const field of Object.keys(value)) {
      const { [field]: _, ...rest } = value;
      yield rest;
    }
    for (const [field, inner] of Object.entries(value)) {
      for (const smaller of smallerValues(inner)) yield { ...value, [field]: smaller };
    }
  }
}

function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, index) => index !== at);
}

function replaced<T>(list: readonly T[], at: number, item: T): T[] {
  return list.map((one, index) => (index === at ? item : one));
}
