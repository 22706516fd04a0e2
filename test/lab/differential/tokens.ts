import fc from 'fast-check';
import { few, type Json, often, type Rule, some } from './arbitrary';
import { namespaces, SECURITY, selectors } from './policies';

/** Each header once: of one that is read twice, Envoy may take the token out between the first time and the second. */
const fromHeaders = fc.uniqueArray(
  fc.constantFrom(
    { name: 'x-token' },
    { name: 'X-Token', prefix: 'Token ' },
    { name: 'Authorization', prefix: 'Bearer ' },
    { name: 'authorization' },
  ),
  { minLength: 1, maxLength: 2, selector: ({ name }) => name.toLowerCase() },
) as fc.Arbitrary<Json[]>;

export const requestAuthentications: fc.Arbitrary<Rule> = fc
  .record({
    namespace: often([3, namespaces], [1, fc.constant('istio-ingress')]),
    selector: selectors,
    issuer: fc.constantFrom('https://issuer.example', 'https://issuer.example', 'https://other.example'),
    more: few(
      {
        audiences: some('shop', 'bank'),
        forwardOriginalToken: fc.boolean(),
        outputClaimToHeaders: fc.constantFrom<Json>(
          [{ header: 'x-role', claim: 'group' }],
          [{ header: 'x-role', claim: 'org.team' }],
          [{ header: 'x-role', claim: 'org' }],
        ),
        fromHeaders,
        fromParams: some('token', 'access_token'),
        spaceDelimitedClaims: fc.constant<Json>(['azp']),
      },
      { most: 3 },
    ),
  })
  .map(({ namespace, selector, issuer, more }) => ({
    apiVersion: SECURITY,
    kind: 'RequestAuthentication',
    namespace,
    spec: {
      ...(selector !== undefined && { selector }),
      jwtRules: [{ issuer, jwksUri: 'https://keys.example/jwks', ...more }],
    },
  }));
