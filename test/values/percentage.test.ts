import { percentage } from '../../src/values/percentage';
import { refusal } from '../support/refusal';

test.each([0, -1, 100.1, Number.NaN, Number.POSITIVE_INFINITY])('%s percent are refused', (percent) => {
  expect(refusal(() => percentage(percent, 'the abort', 'shop/fault')).code).toBe('InvalidPercentage');
});

test.each([0.1, 1, 50, 100])('%s percent are accepted', (percent) => {
  expect(percentage(percent, 'the abort', 'shop/fault')).toBe(percent);
});
