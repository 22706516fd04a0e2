import { pathText } from '../../manifests/path';
import type { Workload } from '../../manifests/workload';
import { allow, type Decision, deny, type Reason, unknown } from '../verdict';
import type { CompiledPolicy } from './compiled-policy';
import { conditionsIn } from './compiled-rule';
import type { Facts } from './facts';
import type { InForce } from './in-force';
import type { Doubt, Judgement, Match } from './judgement';
import { nearMisses } from './near-misses';

/** A judgement in words, with the objects behind it; `before` is the request as CUSTOM policies see it. */
export function explained(
  judgement: Judgement,
  inForce: InForce,
  workload: Workload,
  facts: Facts,
  before: Facts,
): Decision {
  switch (judgement.outcome) {
    case 'allow':
      return allow(judgement.by ? matched(judgement.by, 'allows') : reason(unguarded(inForce, workload)));
    case 'deny':
      return judgement.by ? deny([matched(judgement.by, 'denies')]) : absent(inForce.allow, workload, facts);
    case 'unknown': {
      const missing = judgement.doubts.flatMap((doubt) => missingFor(doubt, facts, before));
      return unknown([...new Set(missing)], judgement.doubts.map(doubted));
    }
  }
}

export function reason(text: string): Reason {
  return { layer: 'authorization-policy', text };
}

function unguarded({ deny: denying }: InForce, { id }: Workload): string {
  return denying.length > 0
    ? `no ALLOW policy is in force for ${id}, and no DENY policy matches`
    : `no AuthorizationPolicy is in force for ${id}`;
}

function matched({ policy, rule }: Match, verb: string): Reason {
  const why = policy.action === 'CUSTOM' ? `, because the mesh cannot ask its provider '${policy.provider}'` : '';
  return {
    layer: 'authorization-policy',
    text: `${nameOf(policy)} ${verb} it by ${pathText(rule.path)}${why}`,
    object: policy.manifest,
    path: rule.path,
  };
}

function absent(policies: readonly CompiledPolicy[], workload: Workload, facts: Facts): Decision {
  const reasons = policies.map((policy): Reason => {
    const { manifest } = policy;
    const empty = (manifest.body.spec?.rules ?? []).length === 0;
    return {
      layer: 'authorization-policy',
      text: empty
        ? `${nameOf(policy)} has no rules, so it allows nothing`
        : `no rule of ${nameOf(policy)} matches, and with it in force ${workload.id} takes only what a rule allows`,
      object: manifest,
      path: empty ? ['spec'] : ['spec', 'rules'],
    };
  });
  return deny(reasons, () => nearMisses(policies, facts));
}

function missingFor(doubt: Doubt, facts: Facts, before: Facts): string[] {
  switch (doubt.kind) {
    case 'object':
      return [doubt.object.missing];
    case 'provider':
      return [`what provider '${doubt.match.policy.provider}' answers`];
    case 'rule': {
      const { policy, rule } = doubt.match;
      const seen = policy.action === 'CUSTOM' ? before : facts;
      return conditionsIn(rule)
        .filter(({ test }) => test(seen) === 'unknown')
        .map(({ attribute, field }) => attribute.fact ?? field);
    }
  }
}

function doubted(doubt: Doubt): Reason {
  if (doubt.kind === 'object') {
    return { layer: 'authorization-policy', text: doubt.object.text, object: doubt.object.manifest };
  }
  const { policy, rule } = doubt.match;
  const text =
    doubt.kind === 'provider'
      ? `${nameOf(policy)} leaves it to provider '${policy.provider}' by ${pathText(rule.path)}`
      : `${nameOf(policy)} may match by ${pathText(rule.path)}, which asks for what files do not say`;
  return { layer: 'authorization-policy', text, object: policy.manifest, path: rule.path };
}

function nameOf({ action, manifest }: CompiledPolicy): string {
  return `${action} policy ${manifest.namespace}/${manifest.name}`;
}
