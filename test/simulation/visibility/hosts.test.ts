import * as fc from 'fast-check';
import { bySpecificity, hostsMatch, isSubsetOf, isWildcard } from '../../../src/simulation/visibility/hosts';

// The first lines are those of https://github.com/istio/istio/blob/1.31.1/pkg/config/host/name.go
test.each([
  ['foo.com', 'foo.com', true],
  ['foo.com', 'bar.com', false],
  ['*.com', 'foo.com', true],
  ['bar.com', '*.com', true],
  ['*.foo.com', 'foo.com', false],
  ['*', 'foo.com', true],
  ['*', '*.com', true],
  ['*.foo.com', '*.com', true],
  ['*.foo.com', '*.bar.com', false],
  ['*.com', 'a.b.com', true],
])('%s and %s match: %s', (a, b, match) => {
  expect(hostsMatch(a, b)).toBe(match);
});

test.each([
  ['foo.com', '*.com', true],
  ['*.com', 'foo.com', false],
  ['*.foo.com', '*.com', true],
  ['*.com', '*.foo.com', false],
  ['*', '*', true],
  ['*.com', '*', true],
  ['foo.com', 'foo.com', true],
])('%s is a part of %s: %s', (a, b, part) => {
  expect(isSubsetOf(a, b)).toBe(part);
});

const label = fc.constantFrom('a', 'b', 'ab');
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const wildcard = fc.oneof(
  fc.constant('*'),
  name.map((it) => `*.${it}`),
);
const host = fc.oneof(name, wildcard);

/** What a host is by definition: the set of names that it stands for. */
function standsFor(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll('.', '\\.').replace(/^\*/, '.*');
  return new RegExp(`^${escaped}$`).test(text);
}

describe('for all hosts', () => {
  test('a wildcard covers exactly the names that it stands for', () => {
    fc.assert(fc.property(name, host, (text, pattern) => isSubsetOf(text, pattern) === standsFor(pattern, text)));
  });

  test('what is a part of a part is a part of the whole', () => {
    fc.assert(fc.property(host, host, host, (a, b, c) => !isSubsetOf(a, b) || !isSubsetOf(b, c) || isSubsetOf(a, c)));
  });

  test('to match is mutual, and to be a part of oneself', () => {
    fc.assert(fc.property(host, host, (a, b) => hostsMatch(a, b) === hostsMatch(b, a) && hostsMatch(a, a)));
  });

  test('the more specific of two that cover a name comes first', () => {
    fc.assert(
      fc.property(name, host, host, (text, a, b) => {
        fc.pre(standsFor(a, text) && standsFor(b, text) && a !== b);
        const [first, second] = [a, b].sort(bySpecificity);
        return isSubsetOf(first, second);
      }),
    );
  });

  test('the order is total: no name comes after a wildcard', () => {
    fc.assert(
      fc.property(fc.array(host), (hosts) => {
        const sorted = [...hosts].sort(bySpecificity).map(isWildcard);
        return sorted.lastIndexOf(false) < (sorted.indexOf(true) === -1 ? sorted.length : sorted.indexOf(true));
      }),
    );
  });
});
