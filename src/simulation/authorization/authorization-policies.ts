import type { Cluster, Malformed } from '../../manifests/cluster';
import { isObject } from '../../manifests/json';
import type { Service } from '../../manifests/service';
import type { Workload } from '../../manifests/workload';
import type { Request } from '../request';
import { allow, type Decision, type Outcome, unknown } from '../verdict';
import { type Action, type CompiledPolicy, compilePolicy, type PolicyManifest } from './compiled-policy';
import { explained, reason } from './explanation';
import { type Facts, factsOf } from './facts';
import { type Doubtful, type InForce, inForce } from './in-force';
import { judge } from './judgement';
import { doubtOf, PolicyAttachments } from './policy-attachments';
import { proxylessFacts, proxylessPolicy } from './proxyless';
import { type Refusal, refusalOf } from './refusal';
import { gatewayNameOf } from './waypoint';
import { ztunnelPolicy } from './ztunnel';

/**
 * The AuthorizationPolicies of a cluster, and what they say of a request at a workload.
 *
 * Claims of a token count only if the request carries them as validated: pass it through `RequestAuthentications`
 * first, and give what comes out of it here.
 *
 * A waypoint decides for the services behind it: name the one that is called.
 */
export class AuthorizationPolicies {
  public static of(cluster: Cluster): AuthorizationPolicies {
    return new AuthorizationPolicies(cluster);
  }

  private readonly attachments: PolicyAttachments<'security.istio.io/AuthorizationPolicy'>;
  private readonly compiled = new Map<PolicyManifest, CompiledPolicy>();
  private readonly refusals = new Map<PolicyManifest, Refusal | undefined>();
  private readonly found = new Map<Workload, Map<Service | undefined, InForce>>();
  private readonly trustDomains: readonly string[];

  private constructor(private readonly cluster: Cluster) {
    this.attachments = new PolicyAttachments(cluster, 'security.istio.io/AuthorizationPolicy');
    this.trustDomains = [cluster.mesh.trustDomain, ...cluster.mesh.trustDomainAliases];
  }

  public decide(workload: Workload, request: Request, service?: Service): Decision {
    return this.decision(this.inForce(workload, service), workload, request);
  }

  /** What those with `action: CUSTOM` say alone. They come before the token: who is denied is not asked for it. */
  public decideCustom(workload: Workload, request: Request, service?: Service): Decision {
    const { custom, doubtful } = this.inForce(workload, service);
    const early = doubtful.filter(({ action }) => action === undefined || action === 'CUSTOM');
    return this.decision({ custom, deny: [], allow: [], audit: [], dryRun: [], doubtful: early }, workload, request);
  }

  private decision(policies: InForce, workload: Workload, request: Request): Decision {
    if (workload.dataPlane === 'none') {
      return allow(reason(`${workload.id} has no proxy: no AuthorizationPolicy is enforced`));
    }
    if (workload.dataPlane === 'unknown' && !isEmpty(policies)) {
      const text = `no manifest says whether the pods of ${workload.id} have a proxy, which would enforce policies`;
      return unknown([`whether namespace ${workload.namespace} is injected`], [reason(text)]);
    }
    const facts = this.facts(workload, request);
    const before = this.before(policies, workload, request, facts);
    return explained(judge(policies, facts, this.cluster.mesh, before), policies, workload, facts, before);
  }

  /** What `decide` says, without its reasons: for whoever asks a million times. */
  public outcome(workload: Workload, request: Request, service?: Service): Outcome {
    if (workload.dataPlane === 'none') return 'allow';
    const policies = this.inForce(workload, service);
    if (isEmpty(policies)) return 'allow';
    if (workload.dataPlane === 'unknown') return 'unknown';
    const facts = this.facts(workload, request);
    return judge(policies, facts, this.cluster.mesh, this.before(policies, workload, request, facts)).outcome;
  }

  /** The request as CUSTOM policies see it. */
  private before({ custom }: InForce, workload: Workload, { before }: Request, facts: Facts): Facts {
    return before && custom.length > 0 ? this.facts(workload, before) : facts;
  }

  /** The policies for the proxy of a workload; what it would have, where it has none or that is not known. */
  public inForce(workload: Workload, service?: Service): InForce {
    const called = gatewayNameOf(workload) === undefined ? undefined : service;
    const byService = this.found.get(workload) ?? new Map<Service | undefined, InForce>();
    this.found.set(workload, byService);
    const policies = byService.get(called) ?? this.compile(workload, called);
    byService.set(called, policies);
    return policies;
  }

  private facts({ dataPlane }: Workload, request: Request): Facts {
    return dataPlane === 'proxyless' ? proxylessFacts(request) : factsOf(request, this.cluster.mesh.pathNormalization);
  }

  private compile(workload: Workload, service: Service | undefined): InForce {
    const policies: CompiledPolicy[] = [];
    const doubtful: Doubtful[] = this.attachments.malformedOf(workload).map(malformed);
    if (!service) {
      doubtful.push(...this.attachments.dependingOnService(workload).map(forSomeService));
    }
    for (const manifest of this.attachments.of(workload, service)) {
      const policy = this.policy(manifest, workload);
      if (!policy) continue;
      if ('missing' in policy) doubtful.push(policy);
      else policies.push(policy);
    }
    return inForce(policies, doubtful);
  }

  private policy(manifest: PolicyManifest, { dataPlane }: Workload): CompiledPolicy | Doubtful | undefined {
    const refusal = this.refusalOf(manifest);
    if (refusal) return refused(manifest, refusal.text);
    if (dataPlane === 'ambient') return ztunnelPolicy(manifest, this.cluster.dryRunEnforced);
    if (dataPlane === 'proxyless') return proxylessPolicy(manifest);
    let policy = this.compiled.get(manifest);
    if (!policy) {
      const written = compilePolicy(manifest, this.trustDomains);
      policy = this.cluster.dryRunEnforced ? { ...written, dryRun: false } : written;
      this.compiled.set(manifest, policy);
    }
    return policy;
  }

  /** Why Istio's webhook would refuse a policy, if it would. */
  public refusalOf(manifest: PolicyManifest): Refusal | undefined {
    if (!this.refusals.has(manifest)) this.refusals.set(manifest, refusalOf(manifest));
    return this.refusals.get(manifest);
  }
}

function isEmpty({ custom, deny, allow: allowing, doubtful }: InForce): boolean {
  return custom.length + deny.length + allowing.length + doubtful.length === 0;
}

function refused(manifest: PolicyManifest, refusal: string): Doubtful {
  const { namespace, name, body } = manifest;
  return {
    manifest,
    action: body.spec?.action ?? 'ALLOW',
    missing: `whether AuthorizationPolicy ${namespace}/${name} is in the cluster`,
    text: `Istio's webhook refuses AuthorizationPolicy ${namespace}/${name}: ${refusal}`,
  };
}

function malformed(one: Malformed): Doubtful {
  const { manifest } = one;
  const action = isObject(manifest.body.spec) ? manifest.body.spec.action : undefined;
  return { manifest, action: ACTIONS.find((it) => it === action), ...doubtOf(one) };
}

const ACTIONS: readonly Action[] = ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'];

function forSomeService(manifest: PolicyManifest): Doubtful {
  const { namespace, name, body } = manifest;
  return {
    manifest,
    action: body.spec?.action ?? 'ALLOW',
    missing: 'which service is called through the waypoint',
    text: `AuthorizationPolicy ${namespace}/${name} is for some services of a waypoint`,
  };
}
