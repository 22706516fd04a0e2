import { labelValue, selectingLabels } from '../../src/values/labels';
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

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
test.each([
  ['app', 'order'],
  ['app', ''],
  ['App_1.x', 'v_1.2-RC'],
  ['2', '2'],
  ['app.kubernetes.io/name', 'order'],
  [`${'x'.repeat(253)}/${'y'.repeat(63)}`, 'z'.repeat(63)],
])('pods can have the label %s: %s', (key, value) => {
  expect(selectingLabels({ [key]: value }, 'here')).toEqual({ [key]: value });
});

test.each([
  ['', 'order'],
  ['app name', 'order'],
  ['-app', 'order'],
  ['app-', 'order'],
  ['*', 'order'],
  ['/app', 'order'],
  ['a/b/c', 'order'],
  ['Example.com/app', 'order'],
  ['example..com/app', 'order'],
  ['x'.repeat(64), 'order'],
  [`${'x'.repeat(254)}/app`, 'order'],
  ['app', '*'],
  ['app', 'the order'],
  ['app', '-order'],
  ['app', 'order.'],
  ['app', 'a/b'],
  ['app', 'x'.repeat(64)],
])('no pod can have the label %s: %s', (key, value) => {
  const error = refusal(() => selectingLabels({ team: 'coffee', [key]: value }, 'here'));
  expect([error.code, error.message]).toEqual([
    'InvalidLabel',
    expect.stringContaining(`here: '${key}: ${value}' is not a label.`),
  ]);
});

test('a value that says something is at least one character', () => {
  expect(labelValue('istio.io/rev', '1-29-0', 'here')).toBe('1-29-0');
  expect(refusal(() => labelValue('istio.io/rev', '', 'here')).code).toBe('InvalidLabel');
});
