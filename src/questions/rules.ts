import type { Rule } from '../analysis/rule';

/** Every rule there is. Loaded on first use: most questions need none. */
export function rules(): readonly Rule[] {
  return (require('../analysis/rules/index') as typeof import('../analysis/rules/index')).RULES;
}
