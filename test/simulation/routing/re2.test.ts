import { re2, re2FullMatch } from '../../../src/simulation/routing/re2';

test.each([
  ['/a.*', '/abc', true],
  ['/a', '/abc', false],
  ['b|c', 'c', true],
  ['a|b', 'ab', false],
  ['(?i)/Shop', '/shOP', true],
  ['/Shop', '/shOP', false],
  ['(?P<v>v[12])', 'v2', true],
  ['[[:digit:]]+', '42', true],
  ['[[:^digit:]]+', '42', undefined],
  ['^/a$', '/a', true],
  ['https://.*\\.example\\.com', 'https://a.example.com', true],
  ['https://.*\\.example\\.com', 'https://a-example.com', false],
])('%s takes %s: %s', (pattern, text, expected) => {
  expect(re2FullMatch(pattern)?.(text)).toBe(expected);
});

describe('what is not the same in both languages is not guessed', () => {
  test.each([
    ['a look ahead', '/a(?!b)'],
    ['a look behind', '(?<=a)b'],
    ['a back reference', '(a)\\1'],
    ['a class of Unicode', '\\pL+'],
    ['a quotation', '\\Qa.b\\E'],
    ['the end of the text', 'a\\z'],
    ['flags of a group', 'a(?i:b)'],
    ['flags in the middle', 'a(?i)b'],
    ['a character by its long number', '\\x{41}'],
    ['an open bracket', '('],
    ['nothing', ''],
  ])('%s', (_, pattern) => {
    expect(re2(pattern)).toBeUndefined();
    expect(re2FullMatch(pattern)).toBeUndefined();
  });
});
