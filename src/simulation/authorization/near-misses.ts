import type { NearMiss } from '../verdict';
import type { CompiledPolicy } from './compiled-policy';
import type { CompiledRule } from './compiled-rule';
import { type Condition, lackOf } from './condition';
import type { Facts } from './facts';

/** What the request lacks for each rule of some ALLOW policies that do not match it, the nearest first. */
export function nearMisses(policies: readonly CompiledPolicy[], facts: Facts): readonly NearMiss[] {
  const { protocol } = facts.request;
  const misses = policies.flatMap(({ manifest, rules, leftOut }): NearMiss[] => [
    ...rules[protocol].map((rule) => ({ object: manifest, path: rule.path, lacks: lacksOf(rule, facts) })),
    ...leftOut[protocol].map(({ path, because }) => ({
      object: manifest,
      path,
      lacks: [`the rule is not in force here: it ${because}`],
    })),
  ]);
  return misses.sort((a, b) => a.lacks.length - b.lacks.length);
}

/** Of several sources or operations only the nearest counts. */
function lacksOf({ from, to, when }: CompiledRule, facts: Facts): readonly string[] {
  const failed = [...nearest(from, facts), ...nearest(to, facts), ...failing(when, facts)];
  return failed.map((condition) => lackOf(condition, facts));
}

function nearest(alternatives: CompiledRule['from'], facts: Facts): readonly Condition[] {
  const [best = []] = alternatives.map((one) => failing(one, facts)).sort((a, b) => a.length - b.length);
  return best;
}

function failing(conditions: readonly Condition[], facts: Facts): Condition[] {
  return conditions.filter(({ test }) => test(facts) === 'false');
}
