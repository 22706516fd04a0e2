import { grpcStatusNamed, grpcStatusOf } from '../../../src/simulation/routing/grpc-status';

// https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
test.each([
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [502, 14],
  [503, 14],
  [504, 14],
  [200, 2],
  [301, 2],
  [500, 2],
])('Envoy turns its own %d into %d', (http, grpc) => {
  expect(grpcStatusOf(http)).toBe(grpc);
});

test.each([
  ['OK', 0],
  ['DEADLINE_EXCEEDED', 4],
  ['UNAVAILABLE', 14],
  ['UNAUTHENTICATED', 16],
  ['unavailable', 0],
])('%s is %d', (name, code) => {
  expect(grpcStatusNamed(name)).toBe(code);
});
