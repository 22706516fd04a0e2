import type { HttpMatch, HttpRoute } from '../../../src/manifests/types';
import { delegatedRoute } from '../../../src/simulation/routing/delegation';

function merged(root: HttpMatch[] | undefined, leaf: HttpMatch[] | undefined): HttpMatch[] | undefined {
  return delegatedRoute({ match: root }, { match: leaf })?.match;
}

// https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/virtualservice_test.go (TestHasConflict)
describe('a match of a delegate lies within one of its root', () => {
  test.each<[string, HttpMatch, HttpMatch]>([
    ['where the root asks nothing of the path', { headers: { a: { exact: '1' } } }, { uri: { exact: '/x' } }],
    ['where the delegate asks nothing of it', { uri: { prefix: '/a' } }, { method: { exact: 'POST' } }],
    ['where its prefix is longer', { uri: { prefix: '/a' } }, { uri: { prefix: '/a/b' } }],
    ['where its path begins so', { uri: { prefix: '/a' } }, { uri: { exact: '/ab' } }],
    ['where both name one path', { uri: { exact: '/a' } }, { uri: { exact: '/a' } }],
    ['where both ask for one port', { port: 80 }, { port: 80 }],
    ['where it adds labels', { sourceLabels: { a: '1' } }, { sourceLabels: { b: '2' } }],
    ['where it is for fewer gateways', { gateways: ['x/a', 'x/b'] }, { gateways: ['x/a'] }],
    ['where it names the same namespace', { sourceNamespace: 'a' }, { sourceNamespace: 'a' }],
  ])('%s', (_, root, leaf) => {
    expect(merged([root], [leaf])).toHaveLength(1);
  });

  test.each<[string, HttpMatch, HttpMatch]>([
    ['where its prefix is shorter', { uri: { prefix: '/a/b' } }, { uri: { prefix: '/a' } }],
    ['where its path begins otherwise', { uri: { prefix: '/a' } }, { uri: { exact: '/b' } }],
    ['where it widens a path to a prefix', { uri: { exact: '/a' } }, { uri: { prefix: '/a' } }],
    ['where they name two paths', { uri: { exact: '/a' } }, { uri: { exact: '/b' } }],
    ['where the root has an expression', { uri: { regex: '/a' } }, { uri: { exact: '/a' } }],
    ['where the delegate has an expression', { uri: { prefix: '/' } }, { uri: { regex: '/a' } }],
    ['where they differ in case', { uri: { prefix: '/a' }, ignoreUriCase: true }, { uri: { prefix: '/a' } }],
    ['where they differ in a header', { headers: { a: { exact: '1' } } }, { headers: { a: { exact: '2' } } }],
    [
      'where they differ in a parameter',
      { queryParams: { a: { exact: '1' } } },
      { queryParams: { a: { exact: '2' } } },
    ],
    ['where they differ in the port', { port: 80 }, { port: 90 }],
    ['where they differ in a label', { sourceLabels: { a: '1' } }, { sourceLabels: { a: '2' } }],
    ['where it is for more gateways', { gateways: ['x/a'] }, { gateways: ['x/a', 'x/b'] }],
    ['where it does not repeat the namespace', { sourceNamespace: 'a' }, {}],
  ])('but not %s', (_, root, leaf) => {
    expect(merged([root], [leaf])).toBeUndefined();
  });
});

describe('the matches of a delegate', () => {
  test('are combined with each of the root in which they lie', () => {
    const roots: HttpMatch[] = [{ uri: { prefix: '/a' } }, { uri: { prefix: '/b' }, headers: { x: { exact: '1' } } }];
    expect(merged(roots, [{ method: { exact: 'POST' } }])).toMatchObject([
      { uri: { prefix: '/a' }, method: { exact: 'POST' } },
      { uri: { prefix: '/b' }, method: { exact: 'POST' }, headers: { x: { exact: '1' } } },
    ]);
  });

  test('are all dropped if one of them lies in none', () => {
    expect(merged([{ uri: { prefix: '/a' } }], [{ uri: { exact: '/a/1' } }, { uri: { exact: '/b' } }])).toBeUndefined();
  });

  test('are those of the root if it has none, and its own if the root has none', () => {
    expect(merged([{ port: 1 }], undefined)).toEqual([{ port: 1 }]);
    expect(merged(undefined, [{ port: 1 }])).toEqual([{ port: 1 }]);
  });
});

// https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/virtualservice_test.go (TestMergeHttpRoutes)
describe('a route of a delegate', () => {
  const root: HttpRoute = { name: 'root', timeout: '10s', retries: { attempts: 1 }, delegate: { name: 'd' } };

  test('inherits what it does not say', () => {
    expect(delegatedRoute(root, { route: [] })).toMatchObject({
      name: 'root',
      timeout: '10s',
      retries: { attempts: 1 },
    });
  });

  test('keeps what it says', () => {
    expect(delegatedRoute(root, { name: 'leaf', timeout: '1s' })).toMatchObject({ name: 'root-leaf', timeout: '1s' });
  });

  test('is no delegation itself, and takes no destination from the root', () => {
    const merged = delegatedRoute({ ...root, redirect: { uri: '/' } } as HttpRoute, {});
    expect(merged).not.toHaveProperty('delegate');
    expect(merged).not.toHaveProperty('redirect');
  });
});
