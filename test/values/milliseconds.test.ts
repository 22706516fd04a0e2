import { Duration } from 'cdk8s';
import fc from 'fast-check';
import { milliseconds } from '../../src/values/milliseconds';
import { refusal } from '../support/refusal';

const taken = (duration: Duration) => milliseconds(duration, 'the deadline', 'coffee-shop/order (GrpcService)');

test.each([
  ['1 ms', Duration.millis(1), 1],
  ['half a second', Duration.seconds(0.5), 500],
  ['a second', Duration.seconds(1), 1000],
  ['a second and a millisecond, which no binary fraction holds', Duration.seconds(1.001), 1001],
  ['a day', Duration.days(1), 86_400_000],
])('%s is a number of whole milliseconds', (_, duration, millis) => {
  expect(taken(duration)).toBe(millis);
});

test.each([0, 0.5, 0.999, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%s ms are refused', (millis) => {
  const error = refusal(() => taken(Duration.millis(millis)));
  expect(error.code).toBe('InvalidDuration');
  expect(error.message).toContain(`coffee-shop/order (GrpcService): the deadline is ${millis} ms.`);
});

test('seconds with three decimals are whole milliseconds, whatever the number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (millis) => {
      expect(taken(Duration.seconds(millis / 1000))).toBe(millis);
    }),
  );
});
