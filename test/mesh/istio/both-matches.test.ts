import { bothMatches } from '../../../src/mesh/istio/both-matches';

type Match = Parameters<typeof bothMatches>[0];
const header = (match: object): Match => ({ headers: { h: match } });

test.each<[string, Match, Match, Match | undefined]>([
  ['everything and something', {}, { uri: { exact: '/a' }, port: 1 }, { uri: { exact: '/a' }, port: 1 }],
  ['one path', { uri: { exact: '/a' } }, { uri: { exact: '/a' } }, { uri: { exact: '/a' } }],
  ['two paths', { uri: { exact: '/a' } }, { uri: { exact: '/b' } }, undefined],
  ['a path below', { uri: { exact: '/a/b' } }, { uri: { prefix: '/a/' } }, { uri: { exact: '/a/b' } }],
  ['a path beside', { uri: { exact: '/ab' } }, { uri: { prefix: '/a/' } }, undefined],
  ['prefixes', { uri: { prefix: '/a/' } }, { uri: { prefix: '/a/b/' } }, { uri: { prefix: '/a/b/' } }],
  ['prefixes apart', { uri: { prefix: '/a/' } }, { uri: { prefix: '/b/' } }, undefined],
  ['two ports', { port: 1 }, { port: 2 }, undefined],
  ['two headers', { headers: { a: {} } }, { headers: { b: {} } }, { headers: { a: {}, b: {} } }],
  ['a value and presence', header({ exact: 'x' }), header({}), header({ exact: 'x' })],
  ['presence and a beginning', header({}), header({ prefix: 'x' }), header({ prefix: 'x' })],
  ['a value and its beginning', header({ exact: 'xy' }), header({ prefix: 'x' }), header({ exact: 'xy' })],
  ['a value and another beginning', header({ exact: 'yx' }), header({ prefix: 'x' }), undefined],
  ['a value and an expression', header({ exact: 'xy' }), header({ regex: 'x.' }), header({ exact: 'xy' })],
  ['a value and a part of it', header({ exact: 'xyz' }), header({ regex: 'x.' }), undefined],
  ['two expressions, which one match cannot say', header({ regex: 'a' }), header({ regex: 'b' }), undefined],
  ['presence and absence', header({}), { withoutHeaders: { h: {} } }, undefined],
  ['two absences', { withoutHeaders: { a: {} } }, { withoutHeaders: { b: {} } }, { withoutHeaders: { a: {}, b: {} } }],
  ['two namespaces', { sourceNamespace: 'a' }, { sourceNamespace: 'b' }, undefined],
  [
    'labels that go together',
    { sourceLabels: { app: 'a' } },
    { sourceLabels: { tier: 'b' } },
    { sourceLabels: { app: 'a', tier: 'b' } },
  ],
  ['two callers', { sourceLabels: { app: 'a' } }, { sourceLabels: { app: 'b' } }, undefined],
])('%s', (_, a, b, want) => {
  expect(bothMatches(a, b)).toEqual(want);
  expect(bothMatches(b, a)).toEqual(want);
});
