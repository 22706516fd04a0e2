import type { AuthorizationRule } from '../../manifests/types';
import type { Attribute } from './attribute';
import { type CompiledPolicy, isDryRun, type PolicyManifest } from './compiled-policy';
import { type CompiledRule, compileRule, conditionsIn } from './compiled-rule';
import type { Condition } from './condition';
import type { Facts } from './facts';
import { PORT } from './operation-attributes';
import { DESTINATION_IP, NAMESPACE, PRINCIPAL, SERVICE_ACCOUNT, SOURCE_IP } from './source-attributes';
import { anyString } from './string-match';

/**
 * A policy as istiod hands it to ztunnel, which guards pods of an ambient mesh and sees no HTTP; `undefined` where
 * it does not: another action, a dry run, or a selector that is there and selects nothing.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/serviceregistry/ambient/authorization.go
 * @see https://github.com/istio/ztunnel/blob/master/src/rbac.rs
 */
export function ztunnelPolicy(manifest: PolicyManifest, dryRunEnforced = false): CompiledPolicy | undefined {
  const spec = manifest.body.spec ?? {};
  const action = spec.action ?? 'ALLOW';
  if (action !== 'ALLOW' && action !== 'DENY') return undefined;
  if (isDryRun(manifest) && !dryRunEnforced) return undefined;
  if (spec.selector && Object.keys(spec.selector.matchLabels ?? {}).length === 0) return undefined;

  const given = (spec.rules ?? []).map((rule, index) => ztunnelRule(rule, index, manifest.namespace));
  // A rule that asks for HTTP leaves an ALLOW policy, which may then allow nothing; it stays in a DENY policy.
  const kept = given.filter(({ unseen }) => action === 'DENY' || unseen.length === 0).map(({ rule }) => rule);
  const leftOut = given
    .filter(({ rule }) => !kept.includes(rule))
    .map(({ rule, unseen }) => ({
      path: rule.path,
      because: `asks for ${unseen.join(', ')}, which ztunnel does not see: that takes a waypoint`,
    }));
  return {
    manifest,
    action,
    provider: '',
    dryRun: false,
    rules: { http: kept, tcp: kept },
    leftOut: { http: leftOut, tcp: leftOut },
  };
}

interface Reading {
  readonly rule: CompiledRule;
  /** The fields that istiod finds to be HTTP. */
  readonly unseen: readonly string[];
}

function ztunnelRule(given: AuthorizationRule, index: number, namespace: string): Reading {
  const rule = compileRule(given, index, { namespace, trustDomains: [] });
  // A key of `when` that ztunnel does not know is a clause that never matches.
  const when = rule.when.map((one) => (L4_KEYS.has(one.field) ? onL4(one) : NEVER));
  const unseen = conditionsIn(rule).filter((one) =>
    rule.when.includes(one) ? !L4_KEYS.has(one.field) : !SEEN.has(one.attribute) && !FORGOTTEN.has(one.field),
  );
  return {
    rule: { ...rule, from: rule.from.map(clause), to: rule.to.map(clause), when },
    unseen: [...new Set(unseen.map(({ field }) => field))],
  };
}

const L4_KEYS = new Set(['source.ip', 'source.namespace', 'source.principal', 'destination.ip', 'destination.port']);
const SEEN = new Set<Attribute>([PRINCIPAL, NAMESPACE, SERVICE_ACCOUNT, SOURCE_IP, DESTINATION_IP, PORT]);
/** istiod 1.31 hands them on to nobody, and does not call them HTTP either. */
const FORGOTTEN = new Set(['trustDomains', 'notTrustDomains']);

/** A source or an operation without anything that ztunnel sees never matches. */
function clause(conditions: readonly Condition[]): readonly Condition[] {
  const seen = conditions.filter(({ attribute }) => SEEN.has(attribute));
  return seen.length > 0 ? seen.map(onL4) : [NEVER];
}

/** ztunnel reads the namespace of the peer, where Envoy looks for it in its SPIFFE id. */
function onL4(condition: Condition): Condition {
  if (condition.attribute !== NAMESPACE) return condition;
  const matches = anyString(condition.values);
  const test = ({ request }: Facts) => {
    const namespace = /^[^/]+\/ns\/([^/]+)\//.exec(request.principal)?.[1] ?? '';
    return matches(namespace) === condition.negated ? 'false' : 'true';
  };
  return { ...condition, test };
}

const NEVER: Condition = {
  field: '',
  attribute: { anyOf: () => () => 'false', told: () => 'ztunnel sees nothing of what the clause asks for' },
  values: [],
  negated: false,
  test: () => 'false',
};
