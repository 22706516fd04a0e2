import fc from 'fast-check';
import { effectiveTimeout } from '../../../src/simulation/routing/timeouts';

// https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts#route-timeouts
test.each([
  ['no route timeout and no deadline', undefined, undefined, 'none'],
  ['a route timeout alone', '10s', undefined, 10_000],
  ['a deadline alone', undefined, '5S', 5000],
  ['a shorter deadline', '10s', '5S', 5000],
  ['a longer deadline', '10s', '1M', 10_000],
  ['a route timeout of 0s, which is none', '0s', '3S', 3000],
  ['a deadline in milliseconds', undefined, '250m', 250],
  ['a deadline below a millisecond', undefined, '10u', 1],
  ['a deadline in nanoseconds', undefined, '1500000n', 2],
  ['a deadline in hours', undefined, '1H', 3_600_000],
  ['a deadline that is none', '10s', 'soon', 10_000],
  ['a deadline of nine digits, which is none', undefined, '123456789m', 'none'],
])('%s', (_, route, deadline, expected) => {
  expect(effectiveTimeout(route, deadline)).toBe(expected);
});

test('neither side can wait longer than the other allows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (route, deadline) => {
      expect(effectiveTimeout(`${route}ms`, `${deadline}m`)).toBe(Math.min(route, deadline));
    }),
  );
});
