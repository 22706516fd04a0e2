import { mirrorsOf } from '../../../src/simulation/routing/mirrors';

const to = { host: 'a', port: { number: 80 }, subset: 'v2' };

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute (mirror_percentage)
test.each([
  ['all, if no share is named', { mirror: to }, 100],
  ['a share', { mirror: to, mirrorPercentage: { value: 0.5 } }, 0.5],
  ['a share in the old field', { mirror: to, mirrorPercent: 7 }, 7],
  ['all, in a list', { mirrors: [{ destination: to }] }, 100],
  ['a share, in a list', { mirrors: [{ destination: to, percentage: { value: 3 } }] }, 3],
])('copies go to a mirror: %s', (_, spec, percentage) => {
  expect(mirrorsOf(spec)).toEqual([{ host: 'a', port: 80, subset: 'v2', percentage }]);
});

test('no copies go to a mirror with 0 percent', () => {
  expect(mirrorsOf({ mirror: to, mirrorPercentage: { value: 0 } })).toEqual([]);
  expect(mirrorsOf({ mirrors: [{ destination: to, percentage: { value: 0 } }] })).toEqual([]);
  expect(mirrorsOf({})).toEqual([]);
});
