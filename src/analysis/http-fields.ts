import type { AuthorizationRule } from '../manifests/types';
import { compileRule, conditionsIn } from '../simulation/authorization/compiled-rule';

/** The fields of a rule that only HTTP has: what asks for them means nothing on a port of TCP. */
export function httpFields(rule: AuthorizationRule): readonly string[] {
  const conditions = conditionsIn(compileRule(rule, 0, { namespace: '', trustDomains: [] }));
  return [...new Set(conditions.filter(({ attribute }) => attribute.http).map(({ field }) => field))];
}
