import { isObject, type Json, type JsonObject } from '../../manifests/json';
import type { Manifest } from '../../manifests/manifest';
import type { Path } from '../../manifests/path';
import type { RequestAuthenticationSpec } from '../../manifests/types';
import { type KnownHeaders, withoutHeaders } from '../known-headers';
import type { TokenPlace } from '../request';
import { claimAt } from './claims-match';

/** One rule of a RequestAuthentication. */
export interface JwtRule {
  readonly manifest: Manifest<unknown>;
  /** Where it stands in its object. */
  readonly path: Path;
  readonly spec: JwtRuleSpec;
}

export type JwtRuleSpec = NonNullable<RequestAuthenticationSpec['jwtRules']>[number];

/** Why a rule does not accept a token, and what Envoy answers if no other does. */
export interface Objection {
  readonly text: string;
  readonly httpStatus: 401 | 403;
}

/**
 * What keeps a rule from accepting a token whose signature and times are right; `undefined` where nothing does.
 *
 * @see https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/jwt_authn/filter.cc (onComplete)
 */
export function objectionOf({ issuer, audiences }: JwtRuleSpec, claims: JsonObject): Objection | undefined {
  if (issuer && claims.iss !== issuer) {
    return { text: `its issuer is ${told(claims.iss)}, the rule wants '${issuer}'`, httpStatus: 401 };
  }
  if (!audiences?.length) return undefined;
  const given = (Array.isArray(claims.aud) ? claims.aud : [claims.aud]).filter((one) => typeof one === 'string');
  const wanted = audiences.map(plain);
  return given.some((one) => wanted.includes(plain(one)))
    ? undefined
    : { text: `its audience is ${told(claims.aud)}, the rule wants '${audiences.join("' or '")}'`, httpStatus: 403 };
}

/**
 * Envoy compares audiences without scheme and last slash.
 *
 * @see https://github.com/google/jwt_verify_lib/blob/master/src/check_audience.cc
 */
function plain(audience: string): string {
  return audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/**
 * Whether a rule looks where a token is: `garbled` where it does, and takes for the token what stands before it too.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/jwt_authn/v3/config.proto
 */
export function sees(
  { fromHeaders = [], fromParams = [], fromCookies = [] }: JwtRuleSpec,
  at: TokenPlace | undefined,
): 'yes' | 'no' | 'garbled' {
  if (!at) return 'yes';
  const isSilent = fromHeaders.length + fromParams.length + fromCookies.length === 0;
  if ('param' in at) return (isSilent ? ['access_token'] : fromParams).includes(at.param) ? 'yes' : 'no';
  const headers: typeof fromHeaders = isSilent ? [{ name: 'authorization', prefix: 'Bearer ' }] : fromHeaders;
  const found = headers
    .filter(({ name }) => name.toLowerCase() === at.header)
    .map(({ prefix = '' }) => prefix)
    .filter((prefix) => (at.prefix ?? '').includes(prefix));
  if (found.length === 0) return 'no';
  // A rule that names one header twice reads it twice, and takes nothing that fails once.
  return found.every((prefix) => (at.prefix ?? '').endsWith(prefix) && (prefix !== '' || !at.prefix))
    ? 'yes'
    : 'garbled';
}

function told(claim: Json | undefined): string {
  return claim === undefined ? 'missing' : JSON.stringify(claim);
}

/**
 * The claims as policies see them: those that hold words with blanks between them are lists.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authn/policy_applier.go (buildSpaceDelimitedClaims)
 */
export function claimsFor({ spaceDelimitedClaims = [] }: JwtRuleSpec, claims: JsonObject): JsonObject {
  const split = new Set(['permission', 'scope', ...spaceDelimitedClaims]);
  return Object.fromEntries(
    Object.entries(claims).map(([name, claim]) => [
      name,
      split.has(name) && typeof claim === 'string' ? claim.split(' ').filter((word) => word !== '') : claim,
    ]),
  );
}

/** Headers that a rule writes are taken from whoever else wrote them, with or without a token. */
export function withoutOutput(
  { outputClaimToHeaders = [], outputPayloadToHeader }: JwtRuleSpec,
  given: KnownHeaders,
): KnownHeaders {
  return withoutHeaders(given, [...outputClaimToHeaders.map(({ header }) => header), outputPayloadToHeader ?? '']);
}

/** The headers after a rule has accepted a token: with what it writes, without the token unless it is forwarded. */
export function withOutput(spec: JwtRuleSpec, given: KnownHeaders, claims: JsonObject): KnownHeaders {
  const { outputClaimToHeaders = [], outputPayloadToHeader, forwardOriginalToken, fromHeaders } = spec;
  const written = outputClaimToHeaders.flatMap(({ header, claim }) => {
    const value = headerValue(claimAt(claims, claim.split('.')));
    return value === '' ? [] : [[header.toLowerCase(), value]];
  });
  if (outputPayloadToHeader) {
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    written.push([outputPayloadToHeader.toLowerCase(), payload]);
  }
  const token = forwardOriginalToken ? [] : (fromHeaders?.map(({ name }) => name) ?? ['authorization']);
  const left = withoutHeaders(given, token);
  return { ...left, headers: { ...left.headers, ...Object.fromEntries(written) } };
}

/** A claim in a header: lists and objects as JSON in base64. */
function headerValue(claim: Json | undefined): string {
  if (claim === undefined || claim === null) return '';
  return typeof claim === 'object' ? Buffer.from(JSON.stringify(claim)).toString('base64') : String(claim);
}

/** Whether Istio's webhook takes the rule. */
export function isRule(spec: JwtRuleSpec): boolean {
  return isObject(spec) && Boolean(spec.issuer || spec.jwksUri || spec.jwks_uri);
}
