import { MetadataMatch } from '../../src';
import { refusal } from '../support/refusal';

const { exact, prefix, regex, present, absent } = MetadataMatch;

test.each([
  ['exact', exact('a'), { exact: 'a' }, false],
  ['prefix', prefix('a'), { prefix: 'a' }, false],
  ['regex', regex('a|b'), { regex: 'a|b' }, false],
  ['present', present(), {}, false],
  ['absent', absent(), {}, true],
])('%s', (_, match, value, negated) => {
  expect(match._value).toEqual(value);
  expect(match._negated).toBe(negated);
});

test.each([
  ['no value', () => exact('')],
  ['no beginning', () => prefix('')],
  ['no expression', () => regex('')],
  ['an open bracket', () => regex('(')],
  ['look-ahead', () => regex('a(?=b)')],
  ['look-behind', () => regex('(?<=a)b')],
  ['a reference', () => regex('(a)\\1')],
  ['1025 characters', () => regex('a'.repeat(1025))],
])('%s is refused', (_, attempt) => {
  expect(refusal(attempt).code).toBe('InvalidMatch');
});

test.each([
  ['two values', exact('a'), exact('b'), true],
  ['one value', exact('a'), exact('a'), false],
  ['presence and absence', present(), absent(), true],
  ['absence and a value', absent(), exact('a'), true],
  ['absence twice', absent(), absent(), false],
  ['a value and a beginning, of which nobody asks', exact('a'), prefix('b'), false],
])('%s exclude each other: %#', (_, one, other, excludes) => {
  expect(one._excludes(other)).toBe(excludes);
  expect(other._excludes(one)).toBe(excludes);
});
