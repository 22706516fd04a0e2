import { sentIn } from '../../src/questions/sent';

test('a call of which nothing is said has no headers, and a token of which nothing is known', () => {
  expect(sentIn({})).toEqual({});
  expect(sentIn({ token: true })).toEqual({});
});

test('a call may be said to have no token', () => {
  expect(sentIn({ token: false })).toEqual({ token: 'none' });
  expect(() => sentIn({ token: false, claim: ['sub=me'] })).toThrow('a call without a token has no claims');
});

test.each([
  [['x-canary=always'], { 'x-canary': 'always' }],
  [['X-Canary: always'], { 'x-canary': 'always' }],
  [['x-query=a=b:c'], { 'x-query': 'a=b:c' }],
  [['x-empty='], { 'x-empty': '' }],
  [['x-a=1', 'x-b=2', 'X-A=3'], { 'x-a': '1,3', 'x-b': '2' }],
])('headers %j', (header, headers) => {
  expect(sentIn({ header })).toEqual({ headers });
});

test.each([
  [['iss=https://issuer.example', 'sub=me'], { iss: 'https://issuer.example', sub: 'me' }],
  [['groups=admin'], { groups: 'admin' }],
  [['groups=admin', 'groups=dev', 'groups=ops'], { groups: ['admin', 'dev', 'ops'] }],
  [['https://example.com/role=a=b'], { 'https://example.com/role': 'a=b' }],
  [['realm_access[roles]=admin'], { realm_access: { roles: 'admin' } }],
  [['a[b][c]=1', 'a[b][c]=2', 'a[d]=3'], { a: { b: { c: ['1', '2'] }, d: '3' } }],
  [['__proto__[admin]=yes'], JSON.parse('{"__proto__":{"admin":"yes"}}')],
])('claims %j', (claim, claims) => {
  expect(sentIn({ claim })).toStrictEqual({ token: { claims } });
});

test.each([
  [{ header: ['nonsense'] }, "'nonsense' is no header"],
  [{ header: ['=value'] }, "'=value' is no header"],
  [{ claim: ['nonsense'] }, "'nonsense' is no claim"],
  [{ claim: ['a[b=1'] }, "'a[b=1' is no claim"],
  [{ claim: ['a[]=1'] }, "'a[]=1' is no claim"],
  [{ claim: ['a=1', 'a[b]=2'] }, '--claim a[b]=2: another --claim says'],
  [{ claim: ['a[b]=2', 'a=1'] }, '--claim a=1: another --claim says'],
])('%j is a wrong question', (words, message) => {
  expect(() => sentIn(words)).toThrow(message);
});
