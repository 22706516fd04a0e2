import { HttpRequest } from '../../../src/simulation/routing/http-request';
import type { RouteRequest } from '../../../src/simulation/routing/route-request';

function read(request: Partial<RouteRequest>): HttpRequest {
  return new HttpRequest({ via: { kind: 'sidecar' }, host: 'a', port: 80, ...request }, 'a:80', 'http', 'BASE');
}

describe('a request', () => {
  test('is an RPC, where nothing else is said', () => {
    const request = read({ path: '/a.B/C' });
    expect([request.method, request.header('content-type'), request.header('te')]).toEqual([
      'POST',
      'application/grpc',
      'trailers',
    ]);
    expect(request.isGrpc).toBe(true);
  });

  test.each([
    ['application/grpc', true],
    ['application/grpc+proto', true],
    ['application/grpc;v=1', true],
    ['application/grpc-web', false],
    ['application/json', false],
  ])('of type %s is gRPC to Envoy: %s', (type, expected) => {
    expect(read({ headers: { 'content-type': type } }).isGrpc).toBe(expected);
  });

  test('has a path apart from its query', () => {
    const request = read({ path: '/a?x=1&y&x=2#end' });
    expect([request.path, request.query, request.header(':path')]).toEqual(['/a', 'x=1&y&x=2#end', '/a?x=1&y&x=2#end']);
    expect(['x', 'y', 'z'].map((name) => request.queryParameter(name))).toEqual(['1', '', undefined]);
  });

  test('has the path that Envoy makes of it', () => {
    expect(read({ path: '/a/../b' }).path).toBe('/b');
  });

  test('has headers that proxies add: not known, unless told', () => {
    expect(read({}).mayHave('x-request-id')).toBe(true);
    expect(read({ headers: { 'x-request-id': '1' } }).mayHave('x-request-id')).toBe(false);
    expect(read({}).mayHave('x-canary')).toBe(false);
  });
});
