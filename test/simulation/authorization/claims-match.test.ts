import { hasClaim, hasRequestPrincipal, requestPrincipalOf } from '../../../src/simulation/authorization/claims-match';

const TOKEN = { iss: 'https://id.example', sub: 'ann' };

test.each`
  value                        | holds
  ${'https://id.example/ann'}  | ${true}
  ${'https://id.example/bob'}  | ${false}
  ${'*'}                       | ${true}
  ${'https://id.example/*'}    | ${true}
  ${'https://other.example/*'} | ${false}
  ${'https://id.example/a*'}   | ${true}
  ${'https://id.example/b*'}   | ${false}
  ${'*/ann'}                   | ${true}
  ${'*/bob'}                   | ${false}
  ${'*.example/ann'}           | ${true}
  ${'*.test/ann'}              | ${false}
  ${'*nn'}                     | ${true}
  ${'*bob'}                    | ${false}
  ${'https:*'}                 | ${true}
  ${'https://*'}               | ${false}
  ${'ann'}                     | ${false}
`("'$value' and https://id.example of ann: $holds", ({ value, holds }) => {
  expect(hasRequestPrincipal([value])(TOKEN)).toBe(holds);
  expect(hasRequestPrincipal(['no/body', value])(TOKEN)).toBe(holds);
});

test('a value without slash that ends in a star is about the issuer', () => {
  expect(hasRequestPrincipal(['id*'])({ iss: 'id.example', sub: 'ann' })).toBe(true);
  expect(hasRequestPrincipal(['an*'])({ iss: 'id.example', sub: 'ann' })).toBe(false);
});

test('without a token, or without one of its halves, nobody is a request principal', () => {
  expect(hasRequestPrincipal(['*'])(undefined)).toBe(false);
  expect(hasRequestPrincipal(['*'])({ iss: 'a' })).toBe(false);
  expect(hasRequestPrincipal(['*'])({ iss: 'a', sub: '' })).toBe(false);
  expect(requestPrincipalOf(TOKEN)).toBe('https://id.example/ann');
});

test.each`
  path               | values        | claims                           | holds
  ${['group']}       | ${['admin']}  | ${{ group: 'admin' }}            | ${true}
  ${['group']}       | ${['admin']}  | ${{ group: ['user', 'admin'] }}  | ${true}
  ${['group']}       | ${['adm*']}   | ${{ group: ['user', 'admin'] }}  | ${true}
  ${['group']}       | ${['admin']}  | ${{ group: 'user' }}             | ${false}
  ${['group']}       | ${['1']}      | ${{ group: 1 }}                  | ${false}
  ${['group']}       | ${['true']}   | ${{ group: true }}               | ${false}
  ${['realm', 'id']} | ${['a', 'b']} | ${{ realm: { id: 'b' } }}        | ${true}
  ${['realm', 'id']} | ${['a', 'b']} | ${{ realm: { id: ['c', 'a'] } }} | ${true}
  ${['realm', 'id']} | ${['a', 'b']} | ${{ realm: 'b' }}                | ${false}
  ${['toString']}    | ${['*']}      | ${{}}                            | ${false}
  ${['group']}       | ${['*']}      | ${undefined}                     | ${false}
`('claim $path of $claims is one of $values: $holds', ({ path, values, claims, holds }) => {
  expect(hasClaim(path, values)(claims)).toBe(holds);
});
