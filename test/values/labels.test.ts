import { selectingLabels } from '../../src/values/labels';
import { refusal } from '../support/refusal';

test('labels are copied, so that a later change of the original changes nothing', () => {
  const original = { app: 'order' };
  const labels = selectingLabels(original, 'here');
  original.app = 'payment';
  expect(labels).toEqual({ app: 'order' });
});

test('an empty set is refused, because it selects every pod', () => {
  const error = refusal(() => selectingLabels({}, 'GatewayWorkload.pods'));
  expect(error.code).toBe('NoLabels');
  expect(error.message).toMatch(/^GatewayWorkload\.pods: /);
});
