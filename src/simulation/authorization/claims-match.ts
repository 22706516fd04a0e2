import { isObject, type Json, type JsonObject } from '../../manifests/json';
import { anyString, type StringTest, stringMatch } from './string-match';

/** What a validated token says; `undefined` where there is none. */
export type Claims = JsonObject | undefined;

/** What must be known to tell, where a client may show a token. */
export const CLAIMS_FACT = 'the claims of the token that the caller shows';

/** `issuer/subject`, where the token names either. */
export function requestPrincipalOf(claims: Claims): string | undefined {
  return claims && `${text(claims.iss)}/${text(claims.sub)}`;
}

/**
 * Whether issuer and subject are those of one of the values, each of which is parted at its last slash.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/model/generator.go
 * (requestPrincipalGenerator)
 */
export function hasRequestPrincipal(values: readonly string[]): (claims: Claims) => boolean {
  const tests = values.map(issuerAndSubject);
  return (claims) => {
    const { iss, sub } = claims ?? {};
    if (typeof iss !== 'string' || typeof sub !== 'string') return false;
    return tests.some(([issuer, subject]) => issuer(iss) && subject(sub));
  };
}

const ANY = stringMatch('*');

function issuerAndSubject(value: string): [issuer: StringTest, subject: StringTest] {
  const slash = value.lastIndexOf('/');
  if (value === '*') return [ANY, ANY];
  const issuer = value.slice(0, Math.max(slash, 0));
  const subject = value.slice(slash + 1);
  if (value.startsWith('*')) return slash === -1 ? [ANY, stringMatch(value)] : [stringMatch(issuer), is(subject)];
  if (value.endsWith('*')) return slash === -1 ? [stringMatch(value), ANY] : [is(issuer), beginsWith(subject)];
  return slash === -1 ? [is(value), is('')] : [is(issuer), is(subject)];
}

function is(wanted: string): StringTest {
  return (given) => given === wanted;
}

/** A star in front is a plain character here. */
function beginsWith(pattern: string): StringTest {
  return pattern === '*' ? ANY : (given) => given.startsWith(pattern.slice(0, -1));
}

/**
 * Whether the claim at a path, or an element of the list that it is, is one of the values. Numbers and booleans never
 * are: Envoy compares strings.
 */
export function hasClaim(path: readonly string[], values: readonly string[]): (claims: Claims) => boolean {
  const matches = anyString(values);
  return (claims) => {
    const claim = claimAt(claims, path);
    const given = Array.isArray(claim) ? claim : [claim];
    return given.some((one) => typeof one === 'string' && matches(one));
  };
}

export function claimAt(claims: Claims, path: readonly string[]): Json | undefined {
  let claim: Json | undefined = claims;
  for (const step of path) {
    claim = isObject(claim) && Object.hasOwn(claim, step) ? claim[step] : undefined;
  }
  return claim;
}

function text(claim: Json | undefined): string {
  return typeof claim === 'string' ? claim : '';
}
