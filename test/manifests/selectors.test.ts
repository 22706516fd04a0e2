import fc from 'fast-check';
import { hasLabels, type LabelRequirement, type LabelSelector, selects } from '../../src/manifests/selectors';

const ORDER = { app: 'order', tier: 'backend' };
const line = (key: string, operator: LabelRequirement['operator'], ...values: string[]): LabelSelector => ({
  matchExpressions: [{ key, operator, values }],
});

describe('a label selector', () => {
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
  test.each<[what: string, selector: LabelSelector | null | undefined, takes: boolean]>([
    ['that is absent takes nothing', undefined, false],
    ['that is null takes nothing', null, false],
    ['that is empty takes everything', {}, true],
    ['whose parts are empty takes everything', { matchLabels: {}, matchExpressions: [] }, true],
    ['whose parts are null takes everything', { matchLabels: null, matchExpressions: null }, true],
    ['takes a label with that value', { matchLabels: { app: 'order' } }, true],
    ['takes no other value', { matchLabels: { app: 'payment' } }, false],
    ['takes no other key', { matchLabels: { name: 'order' } }, false],
    ['wants all of its labels', { matchLabels: { app: 'order', tier: 'frontend' } }, false],
    ['In takes one of its values', line('app', 'In', 'order', 'payment'), true],
    ['In takes no other value', line('app', 'In', 'payment'), false],
    ['In wants the label', line('zone', 'In', 'a'), false],
    ['NotIn takes other values', line('app', 'NotIn', 'payment'), true],
    ['NotIn takes none of its values', line('app', 'NotIn', 'payment', 'order'), false],
    ['NotIn takes what has no such label', line('zone', 'NotIn', 'a'), true],
    ['Exists takes any value', line('app', 'Exists'), true],
    ['Exists wants the label', line('zone', 'Exists'), false],
    ['DoesNotExist takes what has no such label', line('zone', 'DoesNotExist'), true],
    ['DoesNotExist takes no value', line('app', 'DoesNotExist'), false],
    ['wants its labels and its lines', { matchLabels: { app: 'order' }, ...line('tier', 'In', 'frontend') }, false],
    ['finds no label that every JavaScript object has', line('constructor', 'Exists'), false],
    ['lets such a label be absent', line('toString', 'DoesNotExist'), true],
  ])('%s', (_, selector, takes) => {
    expect(selects(selector, ORDER)).toBe(takes);
  });
});

describe('plain labels', () => {
  test.each<[what: string, wanted: Record<string, string>, has: boolean]>([
    ['that are wanted are there', { app: 'order' }, true],
    ['need the same value', { app: 'Order' }, false],
    ['need the same key', { name: 'order' }, false],
    ['are there where none is wanted', {}, true],
  ])('%s', (_, wanted, has) => {
    expect(hasLabels(ORDER, wanted)).toBe(has);
  });
});

describe('every label selector', () => {
  const key = fc.constantFrom('a', 'b', '__proto__');
  const value = fc.constantFrom('x', 'y', '');
  const labels = fc.dictionary(key, value);
  const requirement = fc.record({
    key,
    operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
    values: fc.array(value, { minLength: 1 }),
  });

  test('takes what each of its parts takes alone', () => {
    fc.assert(
      fc.property(labels, fc.array(requirement), labels, (matchLabels, matchExpressions, found) => {
        const parts: LabelSelector[] = [
          ...Object.entries(matchLabels).map(([name, wanted]) => ({ matchLabels: { [name]: wanted } })),
          ...matchExpressions.map((one) => ({ matchExpressions: [one] })),
        ];
        expect(selects({ matchLabels, matchExpressions }, found)).toBe(parts.every((part) => selects(part, found)));
      }),
    );
  });

  test('takes by a label what it takes by In with its value', () => {
    fc.assert(
      fc.property(key, value, labels, (name, wanted, found) => {
        expect(selects({ matchLabels: { [name]: wanted } }, found)).toBe(selects(line(name, 'In', wanted), found));
      }),
    );
  });

  test('takes by NotIn what In does not take, and by Exists what DoesNotExist does not take', () => {
    fc.assert(
      fc.property(key, fc.array(value, { minLength: 1 }), labels, (name, values, found) => {
        expect(selects(line(name, 'NotIn', ...values), found)).toBe(!selects(line(name, 'In', ...values), found));
        expect(selects(line(name, 'Exists'), found)).toBe(!selects(line(name, 'DoesNotExist'), found));
      }),
    );
  });
});
