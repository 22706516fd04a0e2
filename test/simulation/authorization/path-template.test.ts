import { isPathTemplate, pathProblem, pathTemplate } from '../../../src/simulation/authorization/path-template';

// https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation
test.each`
  template               | path                   | holds
  ${'/foo/{*}'}          | ${'/foo/bar'}          | ${true}
  ${'/foo/{*}'}          | ${'/foo/bar/baz'}      | ${false}
  ${'/foo/{*}'}          | ${'/foo/'}             | ${false}
  ${'/foo/{**}/'}        | ${'/foo/bar/'}         | ${true}
  ${'/foo/{**}/'}        | ${'/foo//'}            | ${true}
  ${'/foo/{**}/'}        | ${'/foo/bar'}          | ${false}
  ${'/foo/{*}/bar/{**}'} | ${'/foo/buzz/bar/'}    | ${true}
  ${'/foo/{*}/bar/{**}'} | ${'/foo/buzz/bar/baz'} | ${true}
  ${'/foo/{*}/bar/{**}'} | ${'/foo/buzz/bar'}     | ${false}
  ${'/{*}/Place'}        | ${'/shop.Order/Place'} | ${true}
  ${'/a.b/{*}'}          | ${'/axb/c'}            | ${false}
  ${'/a(b)+$/{*}'}       | ${'/a(b)+$/c'}         | ${true}
  ${'/foo/{**}'}         | ${'/foo'}              | ${false}
  ${'/foo/{**}'}         | ${'/foo/a/b'}          | ${true}
  ${'/foo/{*}'}          | ${'/foo/*'}            | ${false}
`('$template and $path: $holds', ({ template, path, holds }) => {
  expect(isPathTemplate(template)).toBe(true);
  expect(pathTemplate(template)(path)).toBe(holds);
});

test.each(['/*/baz/{*}', '/**/baz/{*}', '/{**}/foo/{*}', '/foo/{*}.txt', '/foo/{bar}', '/{*}//a'])(
  '%s is refused',
  (path) => {
    expect(pathProblem(path)).toContain(path);
  },
);

test.each(['/foo/{*}', '/{*}/', '/a/{**}/b', '/foo*', '*', '/a*b', '/pkg.Service/Method'])('%s is taken', (path) => {
  expect(pathProblem(path)).toBeUndefined();
});
