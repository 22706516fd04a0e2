import type { CallCondition } from '../../values/call-condition';
import type { AuthorizationCondition } from './types';

/** The `when` of a rule: all of these hold. */
export function conditions(when: CallCondition[]): AuthorizationCondition[] {
  return when.map((condition) => ({
    key: keyOf(condition),
    [condition._negated ? 'notValues' : 'values']: condition._values,
  }));
}

/** `realm_access[roles]` is `request.auth.claims[realm_access][roles]`. */
export function claimKey(name: string): string {
  const parts = name.replace(/\]/g, '').split('[');
  return `request.auth.claims${parts.map((part) => `[${part}]`).join('')}`;
}

function keyOf({ _kind, _name }: CallCondition): string {
  if (_kind === 'source') return 'source.ip';
  return _kind === 'claim' ? claimKey(_name) : `request.headers[${_name}]`;
}
