import type { MeshSettings } from '../../manifests/mesh-settings';
import type { CompiledPolicy } from './compiled-policy';
import { type CompiledRule, matches } from './compiled-rule';
import { type CustomEffect, customEffect } from './extension-providers';
import type { Facts } from './facts';
import type { Doubtful, InForce } from './in-force';

/** What the policies in force say of a request, and what made them say it. */
export type Judgement =
  /** `by` is `undefined` where no ALLOW policy is in force. */
  | { readonly outcome: 'allow'; readonly by: Match | undefined }
  /** `by` is `undefined` where ALLOW policies are in force, and none matches. */
  | { readonly outcome: 'deny'; readonly by: Match | undefined }
  | { readonly outcome: 'unknown'; readonly doubts: readonly Doubt[] };

export interface Match {
  readonly policy: CompiledPolicy;
  readonly rule: CompiledRule;
}

/** Something that would settle the answer if it were known. */
export type Doubt =
  | { readonly kind: 'rule'; readonly match: Match }
  | { readonly kind: 'provider'; readonly match: Match }
  | { readonly kind: 'object'; readonly object: Doubtful };

/**
 * In Istio's order: who is denied by CUSTOM or DENY is denied; without ALLOW policies everybody else is allowed; with
 * them only whom one matches.
 *
 * CUSTOM sees the request as it was `before` its token was read: no claims, nor what is written of them into headers.
 *
 * What is certain comes first: a missing ALLOW denies, whatever a provider would have answered before.
 *
 * @see https://istio.io/latest/docs/concepts/security/#implicit-enablement
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/listener_builder.go (buildHTTPConnectionManager)
 */
export function judge(inForce: InForce, facts: Facts, mesh: MeshSettings, before = facts): Judgement {
  const denied = find(inForce.deny, facts);
  if (denied?.sure) return { outcome: 'deny', by: denied };
  const allowed = find(inForce.allow, facts);
  const { doubtful } = inForce;
  const allowInForce = inForce.allow.length > 0;
  if (allowInForce && !allowed && !doubtful.some(({ action }) => action === undefined || action === 'ALLOW')) {
    return { outcome: 'deny', by: undefined };
  }
  const custom = findCustom(inForce.custom, before, mesh);
  if (custom?.sure && custom.effect === 'denied') return { outcome: 'deny', by: custom };

  const objects = doubtful.filter(({ action }) => action !== 'AUDIT' && !(action === 'ALLOW' && allowed?.sure));
  if (!denied && !custom && objects.length === 0 && (!allowed || allowed.sure)) {
    return { outcome: 'allow', by: allowed };
  }
  return {
    outcome: 'unknown',
    doubts: [
      ...(custom?.sure ? [{ kind: 'provider', match: custom } as const] : undecided(inForce.custom, before)),
      ...undecided(inForce.deny, facts),
      ...(allowed?.sure ? [] : undecided(inForce.allow, facts)),
      ...objects.map((object) => ({ kind: 'object', object }) as const),
    ],
  };
}

interface Found extends Match {
  /** It matches; otherwise it may. */
  readonly sure: boolean;
}

interface FoundCustom extends Found {
  readonly effect: CustomEffect;
}

function findCustom(all: readonly CompiledPolicy[], facts: Facts, mesh: MeshSettings): FoundCustom | undefined {
  let found: FoundCustom | undefined;
  for (const policy of all) {
    const effect = customEffect(policy, all, facts.request.protocol, mesh);
    const match = effect === 'ignored' ? undefined : find([policy], facts);
    if (match?.sure && effect === 'denied') return { ...match, effect };
    if (match && !found?.sure) found = { ...match, effect };
  }
  return found;
}

/** The first rule that matches, or else the first that may. */
function find(policies: readonly CompiledPolicy[], facts: Facts): Found | undefined {
  const { protocol } = facts.request;
  let found: Found | undefined;
  for (const policy of policies) {
    for (const rule of policy.rules[protocol]) {
      const truth = matches(rule, facts);
      if (truth === 'true') return { policy, rule, sure: true };
      if (truth === 'unknown') found ??= { policy, rule, sure: false };
    }
  }
  return found;
}

function undecided(policies: readonly CompiledPolicy[], facts: Facts): Doubt[] {
  return policies.flatMap((policy) =>
    policy.rules[facts.request.protocol]
      .filter((rule) => matches(rule, facts) === 'unknown')
      .map((rule): Doubt => ({ kind: 'rule', match: { policy, rule } })),
  );
}
