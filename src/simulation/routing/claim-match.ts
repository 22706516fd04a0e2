import type { JsonObject } from '../../manifests/json';
import { claimAt } from '../authorization/claims-match';
import type { StringMatcher } from './string-match';

/**
 * The claim that a `headers` match of a VirtualService names: `@request.auth.claims.group.id`, or
 * `@request.auth.claims[group][id]`; `undefined` for a header.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pkg/jwt/routing.go (ToRoutingClaim)
 */
export function claimNamed(header: string): readonly string[] | undefined {
  const [, rest = ''] = /^@request\.auth\.claims(.*)$/is.exec(header) ?? [];
  if (rest.startsWith('.') && rest.length > 1) return rest.slice(1).split('.');
  return rest.startsWith('[') && rest.endsWith(']') && rest.length > 2 ? rest.slice(1, -1).split('][') : undefined;
}

/** Whether the claim, or a word in its list, is what a match asks for; `undefined` where only Envoy can tell. */
export function claimMatches(
  claims: JsonObject | 'none',
  path: readonly string[],
  { test }: StringMatcher,
): boolean | undefined {
  const found = claims === 'none' ? undefined : claimAt(claims, path);
  const words = (Array.isArray(found) ? found : [found]).filter((one) => typeof one === 'string');
  if (words.length === 0) return false;
  return test && words.some(test);
}
