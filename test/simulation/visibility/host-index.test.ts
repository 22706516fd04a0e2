import * as fc from 'fast-check';
import { HostIndex } from '../../../src/simulation/visibility/host-index';
import { bySpecificity, isSubsetOf } from '../../../src/simulation/visibility/hosts';

function indexOf(...hosts: string[]): HostIndex<string> {
  const index = new HostIndex<string>();
  for (const host of hosts) index.add(host, host);
  return index;
}

test.each([
  ['a.com', 'a.com'],
  ['b.com', '*.com'],
  ['b.a.com', '*.a.com'],
  ['a.org', '*'],
  ['*.a.com', '*.a.com'],
  ['*.b.a.com', '*.a.com'],
])('%s is found at %s', (host, found) => {
  expect(indexOf('*', '*.com', '*.a.com', 'a.com').mostSpecific(host)).toBe(found);
});

test('what nothing covers is not found', () => {
  expect(indexOf('*.com', 'a.org').mostSpecific('b.org')).toBeUndefined();
});

test('the first item of a host stays', () => {
  const index = new HostIndex<number>();
  index.add('a.com', 1);
  index.add('a.com', 2);
  expect(index.at('a.com')).toBe(1);
  expect(index.at('b.com')).toBeUndefined();
});

const name = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const host = fc.oneof(
  name,
  fc.constant('*'),
  name.map((it) => `*.${it}`),
);

test('it finds what a search through all hosts finds', () => {
  fc.assert(
    fc.property(fc.array(host), host, (hosts, asked) => {
      const covering = hosts.filter((it) => isSubsetOf(asked, it)).sort(bySpecificity);
      expect(indexOf(...hosts).mostSpecific(asked)).toBe(covering[0]);
    }),
  );
});
