import { Locality } from '../../src';
import { refusal } from '../support/refusal';

test.each<[string, Record<string, string>]>([
  ['no region', {}],
  ['a region that takes over from itself', { eu: 'eu' }],
  ['a zone', { 'eu/a': 'us' }],
  ['a zone to take over', { eu: 'us/a' }],
  ['a wildcard', { '*': 'us' }],
  ['an empty region', { eu: '' }],
])('failover of %s is refused', (_, regions) => {
  expect(refusal(() => Locality.failover(regions)).code).toBe('InvalidLocality');
});

test('failover in both directions is accepted', () => {
  expect(Locality.failover({ eu: 'us', us: 'eu' })._setting).toEqual({
    enabled: true,
    failover: [
      { from: 'eu', to: 'us' },
      { from: 'us', to: 'eu' },
    ],
  });
});

test.each<[string, Record<string, Record<string, number>>]>([
  ['no place', {}],
  ['no shares', { 'eu/*': {} }],
  ['shares of 99', { 'eu/*': { 'eu/*': 99 } }],
  ['shares of 101', { 'eu/*': { 'eu/a': 51, 'eu/b': 50 } }],
  ['a share of 0', { 'eu/*': { 'eu/*': 100, 'us/*': 0 } }],
  ['half a percent', { 'eu/*': { 'eu/*': 99.5, 'us/*': 0.5 } }],
  ['a negative share', { 'eu/*': { 'eu/*': 110, 'us/*': -10 } }],
  ['a wildcard in the middle', { 'eu/*/a': { 'eu/*': 100 } }],
  ['an empty place', { '': { 'eu/*': 100 } }],
  ['four levels', { 'eu/a/b/c': { 'eu/*': 100 } }],
  ['a place within another', { 'eu/*': { 'eu/*': 50, 'eu/a/*': 50 } }],
  ['callers within others', { 'eu/*': { 'eu/*': 100 }, 'eu/a': { 'eu/*': 100 } }],
  ['callers within all', { '*': { 'eu/*': 100 }, 'us/*': { 'eu/*': 100 } }],
])('distribution with %s is refused', (_, shares) => {
  expect(refusal(() => Locality.distribute(shares)).code).toBe('InvalidLocality');
});

test.each<[string, Record<string, Record<string, number>>]>([
  ['two zones', { 'eu/a/*': { 'eu/a/*': 80, 'eu/b/*': 20 } }],
  ['exact places', { 'eu/a/1': { 'eu/a/1': 100 } }],
  ['a region whose name begins like another', { 'eu/*': { 'eu/*': 50, 'eu-west/*': 50 } }],
  ['all callers', { '*': { 'eu/*': 100 } }],
])('distribution with %s is accepted', (_, shares) => {
  expect(Locality.distribute(shares)._setting.enabled).toBe(true);
});
