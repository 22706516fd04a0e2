import type { CorsPolicy } from '../../../src/manifests/types';
import { corsAnswer } from '../../../src/simulation/routing/cors';
import { HttpRequest } from '../../../src/simulation/routing/http-request';
import { RouteMatch } from '../../../src/simulation/routing/matches';
import { clusterOf } from '../../support/cluster-of';

const [object] = clusterOf('apiVersion: v1\nkind: Namespace\nmetadata: {name: a}').manifests;
const SITE = 'https://app.example';
const POLICY: CorsPolicy = {
  allowOrigins: [{ exact: SITE }],
  allowMethods: ['POST'],
  allowHeaders: ['x-grpc-web', 'content-type'],
  exposeHeaders: ['grpc-status', 'grpc-message'],
  maxAge: '2h',
};

function ask(
  corsPolicy: CorsPolicy | undefined,
  headers: Record<string, string>,
  method = 'OPTIONS',
  more: object = {},
) {
  const rule = {
    object,
    path: ['spec', 'http', 0],
    spec: { corsPolicy, ...more },
    matches: [new RouteMatch()],
    written: false,
  };
  const request = new HttpRequest(
    { via: { kind: 'sidecar' }, host: 'a', port: 443, method, headers },
    'a',
    'https',
    'BASE',
  );
  return corsAnswer(rule, request, 'gateway');
}

function preflight(policy: CorsPolicy, headers: Record<string, string> = {}) {
  const asked = { origin: SITE, 'access-control-request-method': 'POST', ...headers };
  return ask(policy, asked).preflight;
}

// https://github.com/envoyproxy/envoy/blob/main/test/extensions/filters/http/cors/cors_filter_test.cc
describe('a preflight', () => {
  test('from an allowed origin is answered by the proxy', () => {
    expect(preflight(POLICY, { 'access-control-request-headers': 'content-type,x-grpc-web' })).toEqual({
      answeredBy: 'gateway',
      allowed: true,
      originAllowed: true,
      headers: {
        'access-control-allow-origin': SITE,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'x-grpc-web,content-type',
        'access-control-max-age': '7200',
      },
    });
  });

  test('from another origin is left to the upstream, unless the policy forbids it', () => {
    const foreign = { origin: 'https://evil.example' };
    expect(preflight(POLICY, foreign)).toEqual({
      answeredBy: 'upstream',
      allowed: false,
      originAllowed: false,
      headers: {},
    });
    expect(preflight({ ...POLICY, unmatchedPreflights: 'FORWARD' }, foreign)?.answeredBy).toBe('upstream');
  });

  test('from another origin with IGNORE is answered without a word of the origin', () => {
    const answer = preflight({ ...POLICY, unmatchedPreflights: 'IGNORE' }, { origin: 'https://evil.example' });
    expect(answer).toMatchObject({ answeredBy: 'gateway', allowed: false, originAllowed: false });
    expect(answer?.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer?.headers).toHaveProperty('access-control-allow-methods', 'POST');
  });

  test.each([
    ['a header that is not listed', POLICY, { 'access-control-request-headers': 'authorization' }, false],
    ['a listed header in other letters', POLICY, { 'access-control-request-headers': 'X-GRPC-Web' }, true],
    ['a method that is not listed', POLICY, { 'access-control-request-method': 'PUT' }, false],
    ['a method that needs no leave', { ...POLICY, allowMethods: ['PUT'] }, {}, true],
    [
      'any header, where * is repeated',
      { ...POLICY, allowHeaders: ['*'] },
      { 'access-control-request-headers': 'a,authorization' },
      true,
    ],
    [
      'any method, where * is repeated',
      { ...POLICY, allowMethods: ['*'] },
      { 'access-control-request-method': 'PATCH' },
      true,
    ],
    [
      'a header beside a * in a list',
      { ...POLICY, allowHeaders: ['*', 'a'] },
      { 'access-control-request-headers': 'b' },
      true,
    ],
    [
      'authorization, which such a * leaves out',
      { ...POLICY, allowHeaders: ['*', 'a'] },
      { 'access-control-request-headers': 'authorization' },
      false,
    ],
  ])('that asks for %s', (_, policy, headers, allowed) => {
    expect(preflight(policy, headers)?.allowed).toBe(allowed);
  });

  test.each<[string, CorsPolicy['allowOrigins'], boolean]>([
    ['its name', [{ exact: SITE }], true],
    ['the beginning of its name', [{ prefix: 'https://app.' }], true],
    ['an expression for all of it', [{ regex: 'https://\\w+\\.example' }], true],
    ['an expression for a part of it', [{ regex: 'app' }], false],
    ['a star', [{ exact: '*' }], true],
    ['an expression that takes a star', [{ regex: '[*]' }], true],
    ['nothing', [], false],
  ])('is allowed by %s: %s', (_, allowOrigins, expected) => {
    expect(preflight({ ...POLICY, allowOrigins })?.originAllowed).toBe(expected);
  });

  test('is allowed by the old list of origins, where there is no new one', () => {
    expect(preflight({ allowOrigin: [SITE] })?.originAllowed).toBe(true);
    expect(preflight({ allowOrigin: [SITE], allowOrigins: [] })?.originAllowed).toBe(false);
  });

  test('from an origin that only RE2 could tell is not known', () => {
    const asked = { origin: SITE, 'access-control-request-method': 'POST' };
    expect(ask({ allowOrigins: [{ regex: '\\pL+' }] }, asked).missing).toEqual([
      `whether the origin '${SITE}' matches in RE2`,
    ]);
  });

  test('says that credentials are welcome, if they are', () => {
    expect(preflight({ ...POLICY, allowCredentials: true })?.headers).toHaveProperty(
      'access-control-allow-credentials',
      'true',
    );
  });

  test.each<[string, Record<string, string>, string]>([
    ['the method it asks for', { origin: SITE }, 'OPTIONS'],
    ['an origin', { 'access-control-request-method': 'POST' }, 'OPTIONS'],
    ['the method OPTIONS', { origin: SITE, 'access-control-request-method': 'POST' }, 'POST'],
  ])('without %s is none', (_, headers, method) => {
    expect(ask(POLICY, headers, method).preflight).toBeUndefined();
  });

  test.each([
    ['has no policy', undefined, {}],
    ['redirects', POLICY, { redirect: { uri: '/' } }],
    ['answers itself', POLICY, { directResponse: { status: 200 } }],
  ])('is not looked at where the route %s', (_, policy, more) => {
    const answer = ask(policy, { origin: SITE, 'access-control-request-method': 'POST' }, 'OPTIONS', more);
    expect(answer.cors).toBeUndefined();
    expect(answer.preflight?.answeredBy).toBe('upstream');
  });
});

describe('a request from a browser', () => {
  test('gets what lets the page read the answer', () => {
    expect(ask(POLICY, { origin: SITE }, 'POST').cors).toMatchObject({
      originAllowed: true,
      responseHeaders: {
        'access-control-allow-origin': SITE,
        'access-control-expose-headers': 'grpc-status,grpc-message',
      },
    });
  });

  test('from another page is answered all the same, and the page cannot read it', () => {
    expect(ask(POLICY, { origin: 'https://evil.example' }, 'POST').cors).toMatchObject({
      originAllowed: false,
      responseHeaders: {},
    });
  });

  test('from no page gets nothing', () => {
    expect(ask(POLICY, {}, 'POST').cors).toEqual({
      object,
      path: ['spec', 'http', 0, 'corsPolicy'],
      responseHeaders: {},
    });
  });
});
