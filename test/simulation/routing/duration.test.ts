import { milliseconds } from '../../../src/simulation/routing/duration';

test.each([
  ['10s', 10_000],
  ['1.5s', 1500],
  ['0.3s', 300],
  ['1h30m', 5_400_000],
  ['7200s', 7_200_000],
  ['250ms', 250],
  ['100us', 0.1],
  ['0s', 0],
  ['soon', 0],
])('%s is %d milliseconds', (text, expected) => {
  expect(milliseconds(text)).toBe(expected);
});
