import { certainlyOlder, oldestFirst } from '../../src/manifests/age';
import type { Manifest } from '../../src/manifests/manifest';

/** `b@2024-01-02`: the object b, made then; without a date one that is yet to be made. */
function object(text: string): Manifest<unknown> {
  const [name, day] = text.split('@');
  const metadata = day ? { name, creationTimestamp: `${day}T00:00:00Z` } : { name };
  const origin = { source: 'test', document: 0 };
  return {
    group: '',
    version: 'v1',
    kind: 'A',
    namespace: 'n',
    name,
    labels: {},
    annotations: {},
    origin,
    body: { metadata },
  };
}

test.each([
  ['b a', 'b a'],
  ['b@2024-01-02 a@2024-01-03', 'b a'],
  ['b@2024-01-03 a@2024-01-02', 'a b'],
  ['b@2024-01-02 a@2024-01-02', 'a b'],
  ['b a@2024-01-02', 'a b'],
  ['c b a@2024-01-02 d@2024-01-01', 'd a c b'],
])('of %s the oldest first are %s', (objects, sorted) => {
  expect(
    oldestFirst(objects.split(' ').map(object))
      .map(({ name }) => name)
      .join(' '),
  ).toBe(sorted);
});

test.each([
  ['a', 'b', true],
  ['b', 'a', false],
  ['b@2024-01-02', 'a', true],
  ['b@2024-01-02', 'a@2024-01-03', true],
])('that %s is older than %s is certain: %s', (older, younger, certain) => {
  expect(certainlyOlder(object(older), object(younger))).toBe(certain);
});

test('a date that is none is not there', () => {
  expect(oldestFirst([object('a@never'), object('b@2024-01-02')]).map(({ name }) => name)).toEqual(['b', 'a']);
});
