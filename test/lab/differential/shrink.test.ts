import type { Rule } from './arbitrary';
import { shrink } from './shrink';

const rule = (spec: Rule['spec']): Rule => ({ apiVersion: 'v1', kind: 'Any', namespace: 'shop', spec });
const guilty = async ({ rules }: { rules: readonly Rule[] }) => JSON.stringify(rules).includes('guilty');

test('only what makes a round fail is left of it', async () => {
  const rules = [rule({ a: 1 }), rule({ b: [{ c: 'innocent', d: { e: 'guilty' } }, 'innocent'], f: {} }), rule({})];
  const smallest = await shrink({ rules, probes: [] }, guilty, 1000);
  expect(smallest.rules).toEqual([rule({ b: [{ d: { e: 'guilty' } }] })]);
});

test('with little patience it is not as small, but fails all the same', async () => {
  const rules = [rule({ a: 1 }), rule({ b: 'guilty' })];
  const smallest = await shrink({ rules, probes: [] }, guilty, 1);
  expect(smallest.rules).toEqual([rule({ b: 'guilty' })]);
  expect(await shrink({ rules, probes: [] }, guilty, 0)).toEqual({ rules, probes: [] });
});
