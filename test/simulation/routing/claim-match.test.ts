import { claimMatches, claimNamed } from '../../../src/simulation/routing/claim-match';
import { stringMatcher } from '../../../src/simulation/routing/string-match';

test.each([
  ['@request.auth.claims.admin', ['admin']],
  ['@request.auth.claims.group.id', ['group', 'id']],
  ['@request.auth.claims[admin]', ['admin']],
  ['@request.auth.claims[https://example.com/role]', ['https://example.com/role']],
  ['@request.auth.claims[group][id]', ['group', 'id']],
  ['@REQUEST.Auth.Claims.Group', ['Group']],
  ['@request.auth.claims', undefined],
  ['@request.auth.claims.', undefined],
  ['@request.auth.claims[]', undefined],
  ['@request.auth.claimsadmin', undefined],
  ['x-request.auth.claims.admin', undefined],
])('%s is the claim %j', (header, claim) => {
  expect(claimNamed(header)).toEqual(claim);
});

const TOKEN = { sub: 'me', level: 7, groups: ['dev', 'admin'], realm: { roles: ['a'] } };

test.each([
  [['sub'], { exact: 'me' }, true],
  [['sub'], { exact: 'you' }, false],
  [['sub'], { prefix: 'm' }, true],
  [['sub'], { regex: 'm.' }, true],
  [['sub'], { regex: 'm' }, false],
  [['sub'], { regex: '(?!x).*' }, undefined],
  [['groups'], { exact: 'admin' }, true],
  [['groups'], { exact: 'adm' }, false],
  [['realm', 'roles'], { exact: 'a' }, true],
  [['realm'], { exact: 'a' }, false],
  [['level'], { exact: '7' }, false],
  [['none'], { prefix: '' }, false],
])('of %j, %j: %s', (path, match, outcome) => {
  const matcher = stringMatcher(match);
  expect(matcher && claimMatches(TOKEN, path, matcher)).toBe(outcome);
  expect(matcher && claimMatches('none', path, matcher)).toBe(false);
});
