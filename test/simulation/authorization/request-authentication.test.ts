import type { Json } from '../../../src/manifests/json';
import { RequestAuthentications } from '../../../src/simulation/authorization/request-authentication';
import type { Request, TokenPlace } from '../../../src/simulation/request';
import { clusterOf, workloadAt } from '../../support/cluster-of';
import { deployment, policy, request, requestAuthentication } from '../../support/guarded';

const rules = (...jwtRules: string[]) =>
  requestAuthentication('shop/tokens', `jwtRules: [${jwtRules.map((rule) => `{ ${rule} }`).join(', ')}]`);
const A = 'issuer: a';
const claims = { iss: 'a', sub: 'ann' };

function authenticate(yaml: string, changes: Partial<Request>, pods = deployment('shop/order')) {
  const cluster = clusterOf(pods + yaml, { malformed: true });
  return RequestAuthentications.of(cluster).authenticate(workloadAt(cluster, 'shop/order'), request(changes));
}

describe('where no rule is for the proxy', () => {
  test.each([{ claims }, 'invalid'] as const)('nobody looks at a token: %j', (token) => {
    const { outcome, claims: found, request: after } = authenticate('', { token });
    expect([outcome, found, after.claims]).toEqual(['pass', undefined, undefined]);
  });
});

describe('where there is a rule', () => {
  test('a request without token passes, without claims', () => {
    expect(authenticate(rules(A), {})).toMatchObject({ outcome: 'pass', reasons: [] });
    expect(authenticate(rules(A), {}).claims).toBeUndefined();
  });

  test('claims that a request already carries are not believed', () => {
    expect(authenticate(rules(A), { claims }).request.claims).toBeUndefined();
    expect(authenticate('', { claims }).request.claims).toBeUndefined();
  });

  test('a token of its issuer passes, and its claims count', () => {
    expect(authenticate(rules(A), { token: { claims } })).toMatchObject({
      outcome: 'pass',
      claims,
      request: { claims },
      reasons: [
        {
          text: 'RequestAuthentication shop/tokens accepts the token by spec.jwtRules[0]',
          path: ['spec', 'jwtRules', 0],
          layer: 'request-authentication',
        },
      ],
    });
  });

  test('a token of another issuer is refused', () => {
    expect(authenticate(rules(A), { token: { claims: { iss: 'b' } } })).toMatchObject({
      outcome: 'refused',
      reasons: [
        {
          text: `RequestAuthentication shop/tokens does not take the token by spec.jwtRules[0]: its issuer is "b", the rule wants 'a'`,
        },
      ],
    });
  });

  test('a token that does not validate is refused', () => {
    expect(authenticate(rules(A), { token: 'invalid' }).outcome).toBe('refused');
  });

  test('any rule of any policy may accept it', () => {
    const other = requestAuthentication('istio-system/more', 'jwtRules: [{ issuer: b }]');
    const both = rules(A) + other;
    expect(authenticate(both, { token: { claims } }).outcome).toBe('pass');
    expect(authenticate(both, { token: { claims: { iss: 'b' } } }).outcome).toBe('pass');
    expect(authenticate(both, { token: { claims: { iss: 'c' } } }).outcome).toBe('refused');
  });

  test('a rule with keys alone takes every issuer', () => {
    expect(authenticate(rules('jwksUri: "https://keys.example"'), { token: { claims: { iss: 'x' } } }).outcome).toBe(
      'pass',
    );
  });

  test('a preflight of a browser is let through, unlike another OPTIONS', () => {
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'POST' };
    expect(authenticate(rules(A), { token: 'invalid', method: 'OPTIONS', headers }).outcome).toBe('pass');
    expect(authenticate(rules(A), { token: 'invalid', method: 'OPTIONS' }).outcome).toBe('refused');
    expect(authenticate(rules(A), { token: 'invalid', headers }).outcome).toBe('refused');
  });

  test('a connection without HTTP has no token', () => {
    expect(authenticate(rules(A), { token: 'invalid', protocol: 'tcp' }).outcome).toBe('pass');
  });
});

test.each`
  audiences             | aud             | outcome
  ${'[x]'}              | ${'x'}          | ${'pass'}
  ${'[x]'}              | ${['y', 'x']}   | ${'pass'}
  ${'[x]'}              | ${'y'}          | ${'refused'}
  ${'[x]'}              | ${undefined}    | ${'refused'}
  ${'[]'}               | ${undefined}    | ${'pass'}
  ${'["https://x.y/"]'} | ${'x.y'}        | ${'pass'}
  ${'[x.y]'}            | ${'http://x.y'} | ${'pass'}
`('audiences $audiences, and a token for $aud: $outcome', ({ audiences, aud, outcome }) => {
  const token = { claims: aud === undefined ? claims : { ...claims, aud } };
  expect(authenticate(rules(`${A}, audiences: ${audiences}`), { token }).outcome).toBe(outcome);
});

// Held by the differential test.
describe('a token is seen where a rule looks for it', () => {
  const BEARER = { header: 'authorization', prefix: 'Bearer ' };
  const NAMED = 'fromHeaders: [{ name: X-Token }]';
  const PREFIXED = 'fromHeaders: [{ name: x-token, prefix: "Token " }]';
  test.each<[string, TokenPlace, 'accepted' | 'unseen' | 'refused']>([
    ['', BEARER, 'accepted'],
    ['', { param: 'access_token' }, 'accepted'],
    ['', { header: 'authorization' }, 'unseen'],
    ['', { header: 'x-token' }, 'unseen'],
    [NAMED, { header: 'x-token' }, 'accepted'],
    [NAMED, BEARER, 'unseen'],
    [NAMED, { header: 'x-token', prefix: 'Token ' }, 'refused'],
    [PREFIXED, { header: 'x-token', prefix: 'Token ' }, 'accepted'],
    [PREFIXED, { header: 'x-token' }, 'unseen'],
    ['fromHeaders: [{ name: authorization }]', BEARER, 'refused'],
    // Found by the differential test: what is read twice has to be a token both times.
    ['fromHeaders: [{ name: authorization, prefix: "Bearer " }, { name: authorization }]', BEARER, 'refused'],
    ['fromParams: [token]', { param: 'token' }, 'accepted'],
    ['fromParams: [token]', { param: 'access_token' }, 'unseen'],
    ['fromParams: [token]', BEARER, 'unseen'],
  ])('%s: a token in %j is %s', (places, tokenAt, word) => {
    const rule = rules(places ? `${A}, ${places}` : A);
    const { outcome, claims: found } = authenticate(rule, { token: { claims }, tokenAt });
    expect([outcome, found]).toEqual([
      word === 'refused' ? 'refused' : 'pass',
      word === 'accepted' ? claims : undefined,
    ]);
    expect(authenticate(rule, { token: 'invalid', tokenAt }).outcome).toBe(word === 'unseen' ? 'pass' : 'refused');
  });
});

describe('what a rule makes of a token', () => {
  test('claims of words are lists', () => {
    const token = { claims: { ...claims, scope: 'x  y', roles: 'p q', name: 'Ann Lee' } };
    expect(authenticate(rules(`${A}, spaceDelimitedClaims: [roles]`), { token }).claims).toEqual({
      ...claims,
      scope: ['x', 'y'],
      roles: ['p', 'q'],
      name: 'Ann Lee',
    });
  });

  const WRITES = `${A}, outputClaimToHeaders: [{ header: X-Sub, claim: sub }, { header: x-deep, claim: a.b }]`;

  test('it writes headers, and nobody else can', () => {
    const headers = { 'x-sub': 'mallory', 'x-deep': 'x', authorization: 'Bearer x', other: 'y' };
    const token = { claims: { ...claims, a: { b: 7 } } };
    expect(authenticate(rules(WRITES), { headers, token }).request.headers).toEqual({
      'x-sub': 'ann',
      'x-deep': '7',
      other: 'y',
    });
    expect(authenticate(rules(WRITES), { headers }).request.headers).toEqual({ authorization: 'Bearer x', other: 'y' });
  });

  // Found by the differential test.
  test.each<[string, Json, string | undefined]>([
    ['a list', ['red', 'blue'], 'WyJyZWQiLCJibHVlIl0='],
    ['an object', { team: 'blue' }, 'eyJ0ZWFtIjoiYmx1ZSJ9'],
    ['true', true, 'true'],
    ['nothing', null, undefined],
    ['no letter', '', undefined],
  ])('it writes %s', (_, claim, header) => {
    const writes = rules(`${A}, outputClaimToHeaders: [{ header: x-it, claim: it }]`);
    const { request: after } = authenticate(writes, { token: { claims: { ...claims, it: claim } } });
    expect(after.headers?.['x-it']).toBe(header);
  });

  test('it keeps the token where it is forwarded', () => {
    const headers = { authorization: 'Bearer x' };
    const forwarded = rules(`${A}, forwardOriginalToken: true`);
    expect(authenticate(forwarded, { headers, token: { claims } }).request.headers).toEqual(headers);
  });
});

describe('which proxies look at tokens', () => {
  test.each`
    id                  | spec                                             | refuses
    ${'shop/t'}         | ${''}                                            | ${true}
    ${'istio-system/t'} | ${''}                                            | ${true}
    ${'other/t'}        | ${''}                                            | ${false}
    ${'shop/t'}         | ${'selector: { matchLabels: { app: order } }, '} | ${true}
    ${'shop/t'}         | ${'selector: { matchLabels: { app: other } }, '} | ${false}
  `('$id with { $spec }: $refuses', ({ id, spec, refuses }) => {
    const yaml = requestAuthentication(id, `${spec}jwtRules: [{ issuer: a }]`);
    expect(authenticate(yaml, { token: 'invalid' }).outcome).toBe(refuses ? 'refused' : 'pass');
  });

  test.each`
    what            | pods
    ${'ztunnel'}    | ${deployment('shop/order', '', 'istio.io/dataplane-mode: ambient')}
    ${'no proxy'}   | ${deployment('shop/order', '', 'istio-injection: disabled')}
    ${'gRPC alone'} | ${deployment('shop/order', '', 'istio-injection: enabled', 'inject.istio.io/templates: grpc-agent')}
  `('$what does not', ({ pods }) => {
    expect(authenticate(rules(A), { token: 'invalid' }, pods).outcome).toBe('pass');
  });

  test('nobody knows of pods that may have none', () => {
    const pods = deployment('shop/order').replace(/apiVersion: v1\nkind: Namespace\n.*\n---/, '');
    expect(authenticate(rules(A), { token: 'invalid' }, pods)).toMatchObject({
      outcome: 'unknown',
      missing: ['whether namespace shop is injected'],
    });
    expect(authenticate(rules(A), {}, pods).outcome).toBe('pass');
  });
});

test.each`
  what                      | yaml
  ${'the API server'}       | ${rules('issuer: 1')}
  ${'the webhook of Istio'} | ${rules('audiences: [x]')}
`('nobody knows what comes of a token where $what refuses the object', ({ yaml }) => {
  expect(authenticate(yaml, { token: { claims } })).toMatchObject({
    outcome: 'unknown',
    missing: ['whether RequestAuthentication shop/tokens is in the cluster'],
  });
  expect(authenticate(yaml, {}).outcome).toBe('pass');
});

test('policies of another kind are not asked', () => {
  expect(authenticate(policy('shop/p', ''), { token: 'invalid' }).outcome).toBe('pass');
});
