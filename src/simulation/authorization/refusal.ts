import type { Path } from '../../manifests/path';
import type { AuthorizationRule } from '../../manifests/types';
import type { Attribute } from './attribute';
import type { PolicyManifest } from './compiled-policy';
import { isDryRun } from './compiled-policy';
import { type CompiledRule, compileRule, conditionsIn } from './compiled-rule';
import type { Condition } from './condition';
import { attributeOf } from './condition-attributes';
import { isRange } from './ip-ranges';
import { PATH, PORT } from './operation-attributes';
import { pathProblem } from './path-template';
import {
  DESTINATION_IP,
  NAMESPACE,
  PRINCIPAL,
  REMOTE_IP,
  REQUEST_PRINCIPAL,
  SERVICE_ACCOUNT,
  SOURCE_IP,
  TRUST_DOMAIN,
} from './source-attributes';

/** Why a policy is refused, and where. */
export interface Refusal {
  readonly text: string;
  readonly path: Path;
}

/**
 * Why istiod's webhook refuses a policy that the API server would take; `undefined` where it does not. Only what would
 * change an answer is looked for.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pkg/config/validation/validation.go (ValidateAuthorizationPolicy)
 */
export function refusalOf(manifest: PolicyManifest): Refusal | undefined {
  const { action = 'ALLOW', rules = [], provider } = manifest.body.spec ?? {};
  const whole = (text: string): Refusal => ({ text, path: ['spec'] });
  if ((action === 'DENY' || action === 'CUSTOM') && rules.length === 0) return whole(`action ${action} without rules`);
  if (action === 'CUSTOM' && !provider?.name) return whole('action CUSTOM without the name of a provider');
  if (action !== 'CUSTOM' && provider) return whole(`a provider with action ${action}`);
  if (isDryRun(manifest) && action !== 'ALLOW' && action !== 'DENY') return whole(`a dry run of action ${action}`);
  for (const [index, rule] of rules.entries()) {
    const text = refusalOfRule(rule, action === 'CUSTOM');
    if (text) return { text: `rule ${index} has ${text}`, path: ['spec', 'rules', index] };
  }
  return undefined;
}

function refusalOfRule(rule: AuthorizationRule, custom: boolean): string | undefined {
  const unknown = rule.when?.find(({ key }) => !attributeOf(key));
  if (unknown) return `the unknown key '${unknown.key}'`;
  const bare = rule.when?.find(({ values, notValues }) => !values?.length && !notValues?.length);
  if (bare) return `the key '${bare.key}' without values`;
  const compiled = compileRule(rule, 0, { namespace: '', trustDomains: [] });
  if (compiled.from.some((source) => source.length === 0)) return 'an empty source';
  if (compiled.to.some((operation) => operation.length === 0)) return 'an empty operation';
  if (compiled.from.some(mixesIdentities)) return 'serviceAccounts together with principals or namespaces';
  for (const condition of conditionsIn(compiled)) {
    if (custom && (IDENTITIES.has(condition.attribute) || condition.field.startsWith('request.auth.'))) {
      return `${condition.field}, which action CUSTOM cannot ask for`;
    }
    const wrong = condition.values.find((value) => value === '' || !isValue(condition, value));
    if (wrong !== undefined) return `'${wrong}' in ${condition.field}`;
  }
  return undefined;
}

const IDENTITIES = new Set<Attribute>([PRINCIPAL, NAMESPACE, SERVICE_ACCOUNT, TRUST_DOMAIN, REQUEST_PRINCIPAL]);
const ADDRESSES = new Set<Attribute>([SOURCE_IP, REMOTE_IP, DESTINATION_IP]);

function mixesIdentities(source: CompiledRule['when']): boolean {
  const asks = (...attributes: Attribute[]) => source.some(({ attribute }) => attributes.includes(attribute));
  return asks(SERVICE_ACCOUNT) && asks(PRINCIPAL, NAMESPACE);
}

function isValue({ attribute, field }: Condition, value: string): boolean {
  if (ADDRESSES.has(attribute)) return isRange(value);
  if (attribute === PORT) return /^[0-9]+$/.test(value) && Number(value) <= 65535;
  if (attribute === PATH) return pathProblem(value) === undefined;
  if (attribute === SERVICE_ACCOUNT) return /^[^/*]+(?:\/[^/*]+)?$/.test(value) && value.length <= 320;
  if (attribute !== TRUST_DOMAIN) return true;
  return /^\*?[^*]*$|^[^*]*\*$/.test(value) && (field === 'source.trustDomain' || !value.includes('/'));
}
