import type { Path } from '../../manifests/path';
import type { AuthorizationOperation, AuthorizationRule, AuthorizationSource } from '../../manifests/types';
import type { Attribute, Scope } from './attribute';
import { type Condition, condition, negation } from './condition';
import { attributeOf } from './condition-attributes';
import type { Facts } from './facts';
import { HOST, METHOD, PATH, PORT } from './operation-attributes';
import {
  NAMESPACE,
  PRINCIPAL,
  REMOTE_IP,
  REQUEST_PRINCIPAL,
  SERVICE_ACCOUNT,
  SOURCE_IP,
  TRUST_DOMAIN,
} from './source-attributes';
import { every, some, type Truth } from './truth';

/** One rule of a policy: any source, any operation, and all of `when`. */
export interface CompiledRule {
  /** Where it stands in the policy. */
  readonly path: Path;
  /** Empty for any source; each is a list of conditions that must all hold. */
  readonly from: readonly (readonly Condition[])[];
  /** Empty for any operation. */
  readonly to: readonly (readonly Condition[])[];
  readonly when: readonly Condition[];
}

/** Whether a rule matches. @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Rule */
export function matches(rule: CompiledRule, facts: Facts): Truth {
  const all = (conditions: readonly Condition[]) => every(conditions, (one) => one.test(facts));
  const from = rule.from.length === 0 ? 'true' : some(rule.from, all);
  if (from === 'false') return from;
  const to = rule.to.length === 0 ? 'true' : some(rule.to, all);
  if (to === 'false') return to;
  const when = all(rule.when);
  if (when === 'false') return when;
  return from === 'true' && to === 'true' ? when : 'unknown';
}

export function compileRule(rule: AuthorizationRule, index: number, scope: Scope): CompiledRule {
  return {
    path: ['spec', 'rules', index],
    from: (rule.from ?? []).map(({ source }) => conditionsOf(SOURCE, source ?? {}, scope)),
    to: (rule.to ?? []).map(({ operation }) => conditionsOf(OPERATION, operation ?? {}, scope)),
    when: (rule.when ?? []).flatMap(({ key, values, notValues }) => {
      const attribute = attributeOf(key);
      return attribute ? [...both(key, key, attribute, values, notValues, scope)] : [];
    }),
  };
}

/** All conditions of a rule, wherever they stand. */
export function conditionsIn({ from, to, when }: CompiledRule): readonly Condition[] {
  return [...from.flat(), ...to.flat(), ...when];
}

/** A source as Istio 1.31 knows it; the published types lag behind. */
export type Source = AuthorizationSource & {
  readonly trustDomains?: readonly string[];
  readonly notTrustDomains?: readonly string[];
};

const SOURCE: readonly (readonly [keyof Source, keyof Source, Attribute])[] = [
  ['principals', 'notPrincipals', PRINCIPAL],
  ['serviceAccounts', 'notServiceAccounts', SERVICE_ACCOUNT],
  ['namespaces', 'notNamespaces', NAMESPACE],
  ['trustDomains', 'notTrustDomains', TRUST_DOMAIN],
  ['requestPrincipals', 'notRequestPrincipals', REQUEST_PRINCIPAL],
  ['ipBlocks', 'notIpBlocks', SOURCE_IP],
  ['remoteIpBlocks', 'notRemoteIpBlocks', REMOTE_IP],
];

type Operation = AuthorizationOperation;

const OPERATION: readonly (readonly [keyof Operation, keyof Operation, Attribute])[] = [
  ['ports', 'notPorts', PORT],
  ['paths', 'notPaths', PATH],
  ['methods', 'notMethods', METHOD],
  ['hosts', 'notHosts', HOST],
];

function conditionsOf<Field extends string>(
  table: readonly (readonly [Field, Field, Attribute])[],
  given: { readonly [field in Field]?: readonly string[] },
  scope: Scope,
): Condition[] {
  const conditions: Condition[] = [];
  for (const [field, notField, attribute] of table) {
    if (given[field] || given[notField]) {
      conditions.push(...both(field, notField, attribute, given[field], given[notField], scope));
    }
  }
  return conditions;
}

function* both(
  field: string,
  notField: string,
  attribute: Attribute,
  values: readonly string[] | undefined,
  notValues: readonly string[] | undefined,
  scope: Scope,
): Iterable<Condition> {
  if (values?.length) yield condition(field, attribute, values, scope);
  if (notValues?.length) yield negation(notField, attribute, notValues, scope);
}
