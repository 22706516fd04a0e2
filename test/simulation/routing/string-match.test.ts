import { type StringMatch, stringMatcher } from '../../../src/simulation/routing/string-match';

test.each<[StringMatch, string, boolean]>([
  [{ exact: '/a' }, '/a', true],
  [{ exact: '/a' }, '/A', false],
  [{ exact: '' }, '', true],
  [{ exact: '' }, 'a', false],
  [{ prefix: '/shop.Order/' }, '/shop.Order/Place', true],
  [{ prefix: '/shop.Order/' }, '/shop.OrderBook/Place', false],
  [{ prefix: '/shop' }, '/shopping', true],
  [{ regex: '/v[12]/.*' }, '/v1/x', true],
  [{ regex: '/v[12]' }, '/v1/x', false],
])('%j takes %s: %s', (match, text, expected) => {
  expect(stringMatcher(match)?.test?.(text)).toBe(expected);
});

test.each<[StringMatch]>([[{ exact: '/Shop' }], [{ prefix: '/SH' }]])(
  '%j takes /shop where case does not count',
  (match) => {
    expect(stringMatcher(match, true)?.test?.('/shop')).toBe(true);
    expect(stringMatcher(match, false)?.test?.('/shop')).toBe(false);
  },
);

test.each([[undefined], [{}], [{ regex: '*' }]])('%j asks for no value at all', (match) => {
  expect(stringMatcher(match)).toBeUndefined();
});

test('an expression that only Envoy can read is there, and cannot be asked', () => {
  expect(stringMatcher({ regex: '\\pL' })).toEqual({ lacks: "does not match '\\pL'", test: undefined });
});
