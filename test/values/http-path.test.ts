import { httpPath } from '../../src/values/http-path';
import { refusal } from '../support/refusal';

test.each(['/', '/login', '/static/', '/a/b/c.html', '/~me/x%20y', '/.well-known/jwks.json', '/a..b/...'])(
  '%s is a path',
  (path) => {
    expect(httpPath(path, 'here')).toBe(path);
  },
);

test.each([
  ['without a slash in front', 'login'],
  ['that is empty', ''],
  ['with a wildcard at the end', '/static/*'],
  ['with a wildcard inside', '/a*b'],
  ['with a template of Istio', '/a/{*}/b'],
  ['with a query', '/login?next=/'],
  ['with a fragment', '/login#top'],
  ['with an empty part', '/a//b'],
  ['with an empty part in front', '//a'],
  ['with a space', '/a b'],
  ['with a tab', '/login\t'],
  ['that the proxy would rewrite before it looks', '/a/../b'],
  ['that ends in two dots', '/a/..'],
  ['that ends in a dot', '/a/.'],
  ['with a part that is a dot', '/./a'],
  ['that is a URL', 'https://coffee.example/login'],
])('a path %s is refused: %j', (_, path) => {
  const error = refusal(() => httpPath(path, 'coffee-shop/web (MeshService)'));
  expect(error.code).toBe('InvalidPath');
  expect(error.message).toContain(`coffee-shop/web (MeshService): '${path}' is not a path.`);
});
