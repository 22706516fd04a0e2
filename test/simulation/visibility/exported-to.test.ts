import { exportedTo } from '../../../src/simulation/visibility/exported-to';

test.each([
  [['*'], 'shop', true],
  [['*'], 'other', true],
  [['.'], 'shop', true],
  [['.'], 'other', false],
  [['shop'], 'shop', true],
  [['other'], 'other', true],
  [['other'], 'shop', false],
  [['other', '.'], 'shop', true],
  [['~'], 'shop', false],
  [['~', '.'], 'shop', false],
  [['~', 'other'], 'other', false],
  [['~', '*'], 'other', true],
  [[], 'shop', false],
])('what namespace shop exports to %j is seen in %s: %s', (exportTo, namespace, seen) => {
  expect(exportedTo(exportTo, 'shop', namespace)).toBe(seen);
});
