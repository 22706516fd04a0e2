import type { Manifest } from '../../manifests/manifest';
import type { Path } from '../../manifests/path';
import type { Bodies } from '../../manifests/types';
import type { Request } from '../request';
import { type CompiledRule, compileRule, conditionsIn } from './compiled-rule';

export type Action = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

export type PolicyManifest = Manifest<Bodies['security.istio.io/AuthorizationPolicy']>;

/** An AuthorizationPolicy as a proxy holds it. */
export interface CompiledPolicy {
  readonly manifest: PolicyManifest;
  readonly action: Action;
  /** Who decides for a policy with `action: CUSTOM`. */
  readonly provider: string;
  /** It only counts what it would have done. */
  readonly dryRun: boolean;
  readonly rules: Readonly<Record<Request['protocol'], readonly CompiledRule[]>>;
  /** Rules that the proxy does not get for a port of the protocol, and the fields that are why. */
  readonly leftOut: Readonly<Record<Request['protocol'], readonly RuleLeftOut[]>>;
}

export interface RuleLeftOut {
  readonly path: Path;
  /** Why, as the end of a sentence about the rule. */
  readonly because: string;
}

/** As sidecars, gateways and waypoints get it. `trustDomains` are all that the mesh calls its own. */
export function compilePolicy(manifest: PolicyManifest, trustDomains: readonly string[]): CompiledPolicy {
  const spec = manifest.body.spec ?? {};
  const action = spec.action ?? 'ALLOW';
  const scope = { namespace: manifest.namespace, trustDomains };
  const rules = (spec.rules ?? []).map((rule, index) => compileRule(rule, index, scope));
  const asksForHttp = rules.filter((rule) => httpFields(rule).length > 0);
  const leftOut = action === 'ALLOW' ? asksForHttp : [];
  return {
    manifest,
    action,
    provider: spec.provider?.name ?? '',
    dryRun: isDryRun(manifest),
    rules: {
      http: rules,
      tcp: rules.filter((rule) => !leftOut.includes(rule)).map(withoutHttp),
    },
    leftOut: {
      http: [],
      tcp: leftOut.map((rule) => ({
        path: rule.path,
        because: `asks for ${httpFields(rule).join(', ')}, and a port that does not speak HTTP has none`,
      })),
    },
  };
}

/**
 * What is left of a rule on a port that does not speak HTTP: a rule of an ALLOW policy that asks for HTTP is not
 * there at all, so the policy allows less; one of another policy loses the field, so it denies more.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/model/model.go (checkError)
 */
function withoutHttp(rule: CompiledRule): CompiledRule {
  const onlyTcp = (conditions: CompiledRule['when']) => conditions.filter(({ attribute }) => !attribute.http);
  return { ...rule, from: rule.from.map(onlyTcp), to: rule.to.map(onlyTcp), when: onlyTcp(rule.when) };
}

function httpFields(rule: CompiledRule): string[] {
  const fields = conditionsIn(rule).filter(({ attribute }) => attribute.http);
  return [...new Set(fields.map(({ field }) => field))];
}

/** As Go's `strconv.ParseBool` reads it; what it cannot read is `false`. */
export function isDryRun({ annotations }: PolicyManifest): boolean {
  return ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(annotations['istio.io/dry-run']);
}
