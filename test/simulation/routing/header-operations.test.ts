import { authorityOf, headerOperations } from '../../../src/simulation/routing/header-operations';

test('headers are set, added and removed', () => {
  const request = { set: { a: '1' }, add: { b: '2' }, remove: ['c'] };
  expect(headerOperations({ request })).toEqual({ request, response: { set: {}, add: {}, remove: [] } });
});

test('a route that names no headers changes none', () => {
  expect(headerOperations(undefined)).toBeUndefined();
  expect(headerOperations({})).toBeUndefined();
});

// https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (isInternalHeader)
test('what Envoy keeps for itself is not changed', () => {
  const request = { set: { ':path': '/x', Host: 'a' }, remove: [':method', 'host', 'x'] };
  expect(headerOperations({ request })?.request).toEqual({ set: {}, add: {}, remove: ['x'] });
});

test.each([
  ['a host that is set', { set: { Host: 'a.example' } }, 'a.example'],
  ['an authority that is added', { add: { ':authority': 'b.example' } }, 'b.example'],
  ['of both, the one that is set', { set: { host: 'a' }, add: { host: 'b' } }, 'a'],
  ['another header', { set: { a: 'b' } }, undefined],
])('the authority is rewritten by %s', (_, request, expected) => {
  expect(authorityOf({ request })).toBe(expected);
});
