import { JwtAuthentication, JwtIssuer, type JwtIssuerOptions, TokenSource } from '../../src';
import { Manifests } from '../support/manifests';
import { refusal } from '../support/refusal';
import { coffeeShop, order } from '../support/shop';

const issuer = 'https://login.example';
const audiences = ['coffee'];
const key = { kty: 'RSA', n: 'x', e: 'AQAB' };

function rule(options: JwtIssuerOptions = {}): Record<string, unknown> {
  const { app, shop } = coffeeShop();
  new JwtAuthentication(shop, 'users', {
    service: order(shop),
    issuers: [JwtIssuer.of(issuer, { audiences, ...options })],
  });
  return Manifests.of(app).get('RequestAuthentication', 'users').spec.jwtRules[0];
}

test('an issuer reads bearer tokens for its audiences, and keeps them', () => {
  expect(rule()).toEqual({ issuer, audiences, fromHeaders: [{ name: 'authorization', prefix: 'Bearer ' }] });
});

test.each<[string, JwtIssuerOptions, object]>([
  ['the address of its keys', { jwksUri: `${issuer}/keys` }, { jwksUri: `${issuer}/keys` }],
  ['its keys', { jwks: JSON.stringify({ keys: [key] }) }, { jwks: JSON.stringify({ keys: [key] }) }],
  ['a token that goes on', { forwardOriginalToken: true }, { forwardOriginalToken: true }],
  [
    'headers from claims',
    { headersFromClaims: { 'x-user': 'sub' } },
    { outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }] },
  ],
  [
    'another header',
    { tokenSources: [TokenSource.header('x-token'), TokenSource.header('x-old', 'JWT ')] },
    { fromHeaders: [{ name: 'x-token' }, { name: 'x-old', prefix: 'JWT ' }] },
  ],
])('an issuer can have %s', (_, options, expected) => {
  expect(rule(options)).toMatchObject(expected);
});

test.each(['http://login.example', 'kubernetes/serviceaccount'])(
  'the issuer %s may have its keys at an https address, or here',
  (name) => {
    expect(() => JwtIssuer.of(name, { audiences, jwksUri: `${issuer}/keys` })).not.toThrow();
    expect(() => JwtIssuer.of(name, { audiences, jwks: JSON.stringify({ keys: [key] }) })).not.toThrow();
  },
);

test('a parameter of the query is looked at only if it is named, and then alone', () => {
  const read = rule({ tokenSources: [TokenSource.queryParameter('access_token')] });
  expect(read).toMatchObject({ fromParams: ['access_token'] });
  expect(read).not.toHaveProperty('fromHeaders');
});

describe('refused is', () => {
  test.each<[string, string, string, JwtIssuerOptions]>([
    ['an issuer without a name', 'InvalidIssuer', '', { audiences }],
    ['a pattern of issuers', 'InvalidIssuer', 'https://*.example', { audiences }],
    ['no audience', 'NoAudiences', issuer, {}],
    ['an empty audience', 'NoAudiences', issuer, { audiences: [' '] }],
    [
      'an audience, and any',
      'NoAudiences',
      issuer,
      { audiences, dangerouslyAnyAudience: { reason: 'the issuer has no aud' } },
    ],
    ['any audience without a reason', 'NoReason', issuer, { dangerouslyAnyAudience: { reason: '' } }],
    ['keys by http', 'InvalidJwks', issuer, { audiences, jwksUri: 'http://login.example/keys' }],
    ['keys that are asked for by http', 'InvalidJwks', 'http://login.example', { audiences }],
    ['keys of an issuer that is no address', 'InvalidJwks', 'login.example', { audiences }],
    ['keys in two places', 'InvalidJwks', issuer, { audiences, jwksUri: `${issuer}/keys`, jwks: '{"keys":[]}' }],
    ['keys that are none', 'InvalidJwks', issuer, { audiences, jwks: 'keys' }],
    ['no keys', 'InvalidJwks', issuer, { audiences, jwks: '{"keys":[]}' }],
    ['a private key', 'InvalidJwks', issuer, { audiences, jwks: JSON.stringify({ keys: [{ ...key, d: 'x' }] }) }],
    ['no source', 'NoTokenSource', issuer, { audiences, tokenSources: [] }],
    ['a header that cannot be', 'InvalidHeader', issuer, { audiences, headersFromClaims: { 'X User': 'sub' } }],
    ['a claim that cannot be', 'InvalidClaim', issuer, { audiences, headersFromClaims: { 'x-user': 'a[b]' } }],
  ])('%s', (_, code, name, options) => {
    expect(refusal(() => JwtIssuer.of(name, options)).code).toBe(code);
  });

  test.each([
    ['a header', 'InvalidHeader', () => TokenSource.header('X-Token')],
    ['a parameter', 'InvalidParameter', () => TokenSource.queryParameter('a&b')],
  ])('a source of %s that cannot be', (_, code, attempt) => {
    expect(refusal(attempt).code).toBe(code);
  });
});
