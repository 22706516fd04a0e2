import type { Cluster, Malformed } from '../../manifests/cluster';
import type { JsonObject } from '../../manifests/json';
import type { Manifest } from '../../manifests/manifest';
import { pathText } from '../../manifests/path';
import type { Service } from '../../manifests/service';
import type { Bodies } from '../../manifests/types';
import type { Workload } from '../../manifests/workload';
import type { KnownHeaders } from '../known-headers';
import type { Request, Token } from '../request';
import type { Reason } from '../verdict';
import {
  claimsFor,
  isRule,
  type JwtRule,
  type Objection,
  objectionOf,
  sees,
  withOutput,
  withoutOutput,
} from './jwt-rule';
import { doubtOf, PolicyAttachments } from './policy-attachments';
import { gatewayNameOf } from './waypoint';

/** What became of a request and its token. */
export interface Authentication {
  readonly outcome: 'pass' | 'refused' | 'unknown';
  /** Of a refusal: HTTP 401, to a gRPC client UNAUTHENTICATED (16), or 403 for a token that is for others. */
  readonly httpStatus?: 401 | 403;
  /** What the proxy learnt from the token; absent where it looked at none. */
  readonly claims?: JsonObject | 'unknown';
  /** The request as policies get it: with these claims, and with the headers that rules write. */
  readonly request: Request;
  readonly reasons: readonly Reason[];
  /** For an unknown: the facts that would settle it. */
  readonly missing: readonly string[];
}

/**
 * The RequestAuthentications of a cluster, and what they say of a token.
 *
 * A request has at most one token, and it stands where the rules look for it, by header, parameter or cookie, unless
 * `tokenAt` tells where. Its signature and its times are right unless it is `invalid`. Where no rule is for the proxy,
 * nobody looks at it.
 */
export class RequestAuthentications {
  public static of(cluster: Cluster): RequestAuthentications {
    return new RequestAuthentications(cluster);
  }

  private readonly attachments: PolicyAttachments<Kind>;
  private readonly found = new Map<Workload, Map<Service | undefined, Rules>>();

  private constructor(cluster: Cluster) {
    this.attachments = new PolicyAttachments(cluster, 'security.istio.io/RequestAuthentication');
  }

  public authenticate(workload: Workload, given: Request, service?: Service): Authentication {
    // Whatever claims it came with, they are not this proxy's.
    const before =
      given.claims === undefined && !given.before ? given : { ...given, claims: undefined, before: undefined };
    const read = this.read(workload, before, service);
    return read.request === before ? read : { ...read, request: { ...read.request, before } };
  }

  private read(workload: Workload, request: Request, service: Service | undefined): Authentication {
    if (request.protocol === 'tcp' || !READS_TOKENS.has(workload.dataPlane)) return passed(request);
    const { rules, doubtful } = this.rulesFor(workload, service);
    // See bypass_cors_preflight in Envoy's jwt_authn filter, which Istio sets.
    if ((rules.length === 0 && doubtful.length === 0) || isPreflight(request)) return passed(request);
    if (!request.token) return passed({ ...request, ...cleaned(rules, request) });
    if (request.token === 'unknown') {
      return { ...passed({ ...request, claims: 'unknown', ...cleaned(rules, request) }), claims: 'unknown' };
    }
    if (workload.dataPlane === 'unknown') return uncertain(request, [uninjected(workload)]);
    if (doubtful.length > 0) return uncertain(request, doubtful);
    return authenticated(rules, request, request.token);
  }

  private rulesFor(workload: Workload, service: Service | undefined): Rules {
    const called = gatewayNameOf(workload) === undefined ? undefined : service;
    const byService = this.found.get(workload) ?? new Map<Service | undefined, Rules>();
    this.found.set(workload, byService);
    const found = byService.get(called) ?? this.collect(workload, called);
    byService.set(called, found);
    return found;
  }

  private collect(workload: Workload, service: Service | undefined): Rules {
    const manifests = this.attachments.of(workload, service);
    const doubtful = [
      ...this.attachments.malformedOf(workload).map(malformed),
      ...manifests.filter(isRefused).map(refusedObject),
      ...(service ? [] : this.attachments.dependingOnService(workload).map(forSomeService)),
    ];
    const rules = manifests
      .flatMap((manifest) =>
        (manifest.body.spec?.jwtRules ?? []).map((spec, index) => ({
          manifest,
          path: ['spec', 'jwtRules', index],
          spec,
        })),
      )
      // istiod sorts them so, and the first that accepts a token says what its claims are.
      .sort((a, b) => order(a.spec.issuer ?? '', b.spec.issuer ?? ''));
    return { rules, doubtful };
  }
}

type Kind = 'security.istio.io/RequestAuthentication';

interface Rules {
  readonly rules: readonly JwtRule[];
  readonly doubtful: readonly Doubt[];
}

interface Doubt {
  readonly missing: string;
  readonly text: string;
  readonly object?: Manifest<unknown>;
}

const READS_TOKENS = new Set<Workload['dataPlane']>(['sidecar', 'gateway', 'unknown']);

function authenticated(rules: readonly JwtRule[], request: Request, token: Token): Authentication {
  if (token === 'invalid') {
    const looking = rules.filter(({ spec }) => sees(spec, request.tokenAt) !== 'no');
    if (looking.length === 0) return passed({ ...request, ...cleaned(rules, request) });
    const reasons = looking.map((rule) => reason('the token does not validate', rule));
    return { outcome: 'refused', httpStatus: 401, request, reasons, missing: [] };
  }
  let httpStatus: 401 | 403 = 401;
  const objections: Reason[] = [];
  let known: KnownHeaders = { headers: request.headers ?? {}, anyHeaderBut: request.anyHeaderBut };
  for (const rule of rules) {
    known = withoutOutput(rule.spec, known);
    const seen = sees(rule.spec, request.tokenAt);
    if (seen === 'no') continue;
    const objection = seen === 'garbled' ? GARBLED : objectionOf(rule.spec, token.claims);
    if (objection === undefined) {
      const claims = claimsFor(rule.spec, token.claims);
      const reasons = [reason(`${nameOf(rule)} accepts the token by ${pathText(rule.path)}`, rule)];
      known = withOutput(rule.spec, known, token.claims);
      const { token: _, ...bare } = request;
      const forwarded = rule.spec.forwardOriginalToken ? request : bare;
      return { outcome: 'pass', claims, request: { ...forwarded, claims, ...known }, reasons, missing: [] };
    }
    // An unknown issuer is the last thing that Envoy reports.
    if (objection.httpStatus === 403) httpStatus = 403;
    objections.push(
      reason(`${nameOf(rule)} does not take the token by ${pathText(rule.path)}: ${objection.text}`, rule),
    );
  }
  // Where no rule looks, there is no token.
  if (objections.length === 0) return passed({ ...request, ...known });
  return { outcome: 'refused', httpStatus, request, reasons: objections, missing: [] };
}

const GARBLED: Objection = { text: 'what stands before it in its header is read as a part of it', httpStatus: 401 };

function passed(request: Request): Authentication {
  return { outcome: 'pass', request, reasons: [], missing: [] };
}

function uncertain(request: Request, doubts: readonly Doubt[]): Authentication {
  const reasons = doubts.map(({ text, object }): Reason => ({ layer: 'request-authentication', text, object }));
  return { outcome: 'unknown', request, reasons, missing: doubts.map(({ missing }) => missing) };
}

function cleaned(rules: readonly JwtRule[], { headers, anyHeaderBut }: Request): KnownHeaders {
  return rules.reduce((left: KnownHeaders, { spec }) => withoutOutput(spec, left), { headers, anyHeaderBut });
}

/** As Envoy tells a preflight of a browser. */
function isPreflight({ method, headers = {} }: Request): boolean {
  return method === 'OPTIONS' && Boolean(headers.origin) && Boolean(headers['access-control-request-method']);
}

function reason(text: string, { manifest, path }: JwtRule): Reason {
  return { layer: 'request-authentication', text, object: manifest, path };
}

function nameOf({ manifest }: { readonly manifest: Manifest<unknown> }): string {
  return `RequestAuthentication ${manifest.namespace}/${manifest.name}`;
}

function isRefused({ body }: Manifest<Bodies[Kind]>): boolean {
  return !(body.spec?.jwtRules ?? []).every(isRule);
}

function refusedObject(manifest: Manifest<Bodies[Kind]>): Doubt {
  const name = nameOf({ manifest });
  const text = `Istio's webhook refuses ${name}: a rule has neither issuer nor jwksUri`;
  return { missing: `whether ${name} is in the cluster`, text, object: manifest };
}

function malformed(one: Malformed): Doubt {
  return { ...doubtOf(one), object: one.manifest };
}

function forSomeService(manifest: Manifest<Bodies[Kind]>): Doubt {
  const text = `${nameOf({ manifest })} is for some services of a waypoint`;
  return { missing: 'which service is called through the waypoint', text, object: manifest };
}

function uninjected({ id, namespace }: Workload): Doubt {
  const text = `no manifest says whether the pods of ${id} have a proxy, which would look at the token`;
  return { missing: `whether namespace ${namespace} is injected`, text };
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
