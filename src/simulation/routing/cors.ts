import type { CorsPolicy } from '../../manifests/types';
import { milliseconds } from './duration';
import type { HttpRequest } from './http-request';
import type { HttpRule } from './http-rules';
import type { Cors, Preflight } from './route-result';
import { stringMatcher } from './string-match';

/** What the `corsPolicy` of a route makes of a request. `undefined` fields: it says nothing of this one. */
export interface CorsAnswer {
  readonly cors?: Cors;
  readonly preflight?: Preflight;
  readonly missing: readonly string[];
}

/**
 * Envoy's CORS filter. It answers a preflight itself where it allows the origin, or where the policy tells it not to
 * forward others; then without `access-control-allow-origin`, so that the browser stops.
 *
 * @see https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/cors/cors_filter.cc
 */
export function corsAnswer(rule: HttpRule | undefined, request: HttpRequest, proxy: 'gateway' | 'sidecar'): CorsAnswer {
  const origin = request.header('origin') ?? '';
  // A redirect or an answer of the proxy's own has no CORS: the filter looks at routes to somewhere only.
  const policy = rule?.spec.redirect || rule?.spec.directResponse ? undefined : rule?.spec.corsPolicy;
  if (!rule || !policy) {
    return isPreflight(request) ? { preflight: FORWARDED, missing: [] } : { missing: [] };
  }
  const path = [...rule.path, 'corsPolicy'];
  if (origin === '') return { cors: { object: rule.object, path, responseHeaders: {} }, missing: [] };
  const allowed = originAllowed(policy, origin);
  const missing = allowed === undefined ? [`whether the origin '${origin}' matches in RE2`] : [];
  const cors: Cors = {
    object: rule.object,
    path,
    originAllowed: allowed === true,
    responseHeaders: allowed ? simpleHeaders(policy, origin) : {},
  };
  if (!isPreflight(request)) return { cors, missing };
  if (!allowed && policy.unmatchedPreflights !== 'IGNORE') return { cors, preflight: FORWARDED, missing };
  const headers = preflightHeaders(policy, request, allowed ? origin : undefined);
  const preflight: Preflight = {
    answeredBy: proxy,
    originAllowed: allowed === true,
    allowed: allowed === true && browserGoesOn(headers, request),
    headers,
  };
  return { cors: { ...cors, responseHeaders: headers }, preflight, missing };
}

/** @see https://fetch.spec.whatwg.org/#cors-preflight-request */
function isPreflight(request: HttpRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    Boolean(request.header('origin')) &&
    Boolean(request.header('access-control-request-method'))
  );
}

const FORWARDED: Preflight = { answeredBy: 'upstream', allowed: false, originAllowed: false, headers: {} };

/** A matcher that takes the text `*` takes every origin. */
function originAllowed(policy: CorsPolicy, origin: string): boolean | undefined {
  const matchers = policy.allowOrigins
    ? policy.allowOrigins.map((match) => stringMatcher(match))
    : (policy.allowOrigin ?? []).map((exact) => stringMatcher({ exact }));
  let unread = false;
  for (const matcher of matchers) {
    if (matcher?.test?.('*') || matcher?.test?.(origin)) return true;
    unread ||= matcher !== undefined && matcher.test === undefined;
  }
  return unread ? undefined : false;
}

function simpleHeaders(policy: CorsPolicy, origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    ...(policy.allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(policy.exposeHeaders?.length && { 'access-control-expose-headers': policy.exposeHeaders.join(',') }),
  };
}

/** Where all are allowed, Envoy repeats what the browser asked for. */
function preflightHeaders(
  policy: CorsPolicy,
  request: HttpRequest,
  origin: string | undefined,
): Record<string, string> {
  const methods = (policy.allowMethods ?? []).join(',');
  const headers = (policy.allowHeaders ?? []).join(',');
  return {
    ...(origin !== undefined && { 'access-control-allow-origin': origin }),
    ...(policy.allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(methods && {
      'access-control-allow-methods': methods === '*' ? asked(request, 'method') : methods,
    }),
    ...(headers && { 'access-control-allow-headers': headers === '*' ? asked(request, 'headers') : headers }),
    ...(policy.maxAge && { 'access-control-max-age': String(Math.trunc(milliseconds(policy.maxAge) / 1000)) }),
  };
}

function asked(request: HttpRequest, what: 'method' | 'headers'): string {
  return request.header(`access-control-request-${what}`) ?? '';
}

/** @see https://fetch.spec.whatwg.org/#cors-preflight-fetch (steps 7 on; without credentials) */
function browserGoesOn(headers: Readonly<Record<string, string>>, request: HttpRequest): boolean {
  const method = asked(request, 'method');
  const methods = items(headers['access-control-allow-methods']);
  const names = items(headers['access-control-allow-headers']).map((name) => name.toLowerCase());
  const anyName = names.includes('*');
  return (
    (SAFE_METHODS.has(method) || methods.includes(method) || methods.includes('*')) &&
    items(asked(request, 'headers')).every((header) => {
      const name = header.toLowerCase();
      return names.includes(name) || (anyName && name !== 'authorization');
    })
  );
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'POST']);

function items(list = ''): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
