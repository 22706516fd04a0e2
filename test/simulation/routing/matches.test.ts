import type { HttpMatch } from '../../../src/manifests/types';
import { HttpRequest } from '../../../src/simulation/routing/http-request';
import { RouteMatch } from '../../../src/simulation/routing/matches';
import type { ProxyNode } from '../../../src/simulation/routing/proxy-node';

const PATH = '/shop.Order/Place?dry=true';

function outcome(match: HttpMatch, headers: Record<string, string> = {}, method = 'POST') {
  const request = { via: { kind: 'sidecar' }, host: 'order', port: 50051, path: PATH, method, headers } as const;
  return new RouteMatch(match).test(new HttpRequest(request, 'order:50051', 'http', 'BASE'));
}

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
describe('a match takes', () => {
  test.each<[string, HttpMatch, Record<string, string>?]>([
    ['everything, if it asks nothing', {}],
    ['its path, without the query', { uri: { exact: '/shop.Order/Place' } }],
    ['the beginning of a path, as text', { uri: { prefix: '/shop.Ord' } }],
    ['a path in other letters, if told to', { uri: { exact: '/SHOP.order/place' }, ignoreUriCase: true }],
    ['a whole path by an expression', { uri: { regex: '/shop\\.\\w+/Place' } }],
    ['a method', { method: { exact: 'POST' } }],
    ['an authority as the client writes it', { authority: { prefix: 'order:' } }],
    ['a scheme', { scheme: { exact: 'http' } }],
    [
      'a header, whatever the case of its name',
      { headers: { 'X-Canary': { exact: 'always' } } },
      { 'x-canary': 'always' },
    ],
    ['a header that is there', { headers: { 'x-canary': {} as { exact: string } } }, { 'x-canary': '' }],
    ['a header that is there, in the other form', { headers: { 'x-canary': { regex: '*' } } }, { 'x-canary': 'a' }],
    ['the content type of gRPC, which every RPC has', { headers: { 'content-type': { prefix: 'application/grpc' } } }],
    ['a pseudo header by its name', { headers: { ':method': { exact: 'POST' } } }],
    ['a header that is not there', { withoutHeaders: { 'x-canary': {} as { exact: string } } }],
    ['a header with another value', { withoutHeaders: { 'x-canary': { exact: 'always' } } }, { 'x-canary': 'never' }],
    ['no header, where one value is forbidden', { withoutHeaders: { 'x-canary': { exact: 'always' } } }],
    ['a parameter of the query', { queryParams: { dry: { exact: 'true' } } }],
    ['a parameter by its name', { queryParams: { dry: { regex: '*' } } }],
  ])('%s', (_, match, headers = {}) => {
    expect(outcome(match, headers)).toBe(true);
  });
});

describe('a match does not take', () => {
  test.each<[string, HttpMatch, string, Record<string, string>?]>([
    ['another path', { uri: { exact: '/a' } }, "the path '/shop.Order/Place' is not '/a'"],
    [
      'a path in other letters',
      { uri: { prefix: '/SHOP' } },
      "the path '/shop.Order/Place' does not begin with '/SHOP'",
    ],
    ['a part of a path', { uri: { regex: '/shop' } }, "the path '/shop.Order/Place' does not match '/shop'"],
    ['another method', { method: { exact: 'GET' } }, "the method 'POST' is not 'GET'"],
    ['a header that is not there', { headers: { a: { exact: '1' } } }, "there is no header 'a'"],
    ['another value', { headers: { a: { exact: '1' } } }, "the header 'a' '2' is not '1'", { a: '2' }],
    ['a forbidden header', { withoutHeaders: { a: {} as { exact: string } } }, "there is a header 'a'", { a: '1' }],
    ['a forbidden value', { withoutHeaders: { a: { exact: '1' } } }, "the header 'a' is '1'", { a: '1' }],
    // A header that is missing counts as empty there.
    ['no header, where any text is forbidden', { withoutHeaders: { a: { regex: '.*' } } }, "the header 'a' is ''"],
    ['no parameter', { queryParams: { wet: { exact: '1' } } }, "there is no query parameter 'wet'"],
    ['half of what it asks', { uri: { prefix: '/' }, method: { exact: 'GET' } }, "the method 'POST' is not 'GET'"],
  ])('%s', (_, match, why, headers = {}) => {
    expect(outcome(match, headers)).toEqual({ why });
  });
});

test('a preflight has no content type, and so passes no match that asks for one', () => {
  const match = { headers: { 'content-type': { prefix: 'application/grpc' } } };
  expect(outcome(match, { origin: 'https://a.example' }, 'OPTIONS')).toEqual({
    why: "there is no header 'content-type'",
  });
});

describe('what nobody can tell from files', () => {
  test.each<[string, HttpMatch]>([
    ["the header 'user-agent'", { headers: { 'user-agent': { prefix: 'grpc-go' } } }],
    ["the header 'x-request-id'", { withoutHeaders: { 'x-request-id': { exact: 'a' } } }],
    [
      "the claim '@request.auth.claims.team' of the request's token",
      { headers: { '@request.auth.claims.team': { exact: 'a' } } },
    ],
    ["whether '/shop.Order/Place' matches '/(?!admin).*' in RE2", { uri: { regex: '/(?!admin).*' } }],
  ])('is %s', (missing, match) => {
    expect(outcome(match)).toEqual({ missing });
  });

  test('does not matter where another condition certainly fails', () => {
    const match = { headers: { 'user-agent': { prefix: 'grpc-go' } }, uri: { exact: '/a' } };
    expect(outcome(match)).toHaveProperty('why');
  });

  test('is known once it is told', () => {
    expect(outcome({ headers: { 'user-agent': { prefix: 'grpc-go' } } }, { 'user-agent': 'grpc-go/1.70' })).toBe(true);
  });
});

// https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route_test.go (TestIsCatchAllRoute)
describe('a match is a catch-all', () => {
  test.each<[boolean, HttpMatch]>([
    [true, {}],
    [true, { uri: { prefix: '/' } }],
    [true, { uri: { regex: '.*' } }],
    [true, { port: 80, gateways: ['mesh'] }],
    [false, { uri: { exact: '/' } }],
    [false, { uri: { prefix: '/a' } }],
    [false, { uri: { regex: '/.*' } }],
    [false, { uri: { prefix: '/' }, headers: { a: { exact: 'b' } } }],
    [false, { withoutHeaders: { a: { exact: 'b' } } }],
    [false, { queryParams: { a: { exact: 'b' } } }],
    [false, { method: { exact: 'POST' } }],
  ])('%s: %j', (expected, match) => {
    expect(new RouteMatch(match).catchAll).toBe(expected);
  });
});

// https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route_internal_test.go (TestSourceMatchHTTP)
describe('a proxy is told of a match', () => {
  const client: ProxyNode = { kind: 'sidecar', namespace: 'shop', labels: { app: 'client', team: 'web' } };
  test.each<[string, HttpMatch, true | { why: string }]>([
    ['that says nothing of the source', {}, true],
    ['for its port', { port: 50051 }, true],
    ['not for another port', { port: 80 }, { why: 'the port is 50051, not 80' }],
    ['for its labels', { sourceLabels: { team: 'web' } }, true],
    ['not for other labels', { sourceLabels: { team: 'app' } }, { why: "the client's labels are not team=app" }],
    ['for its namespace', { sourceNamespace: 'shop' }, true],
    ['not for another', { sourceNamespace: 'bar' }, { why: "the client's namespace is shop, not bar" }],
    ['for the mesh', { gateways: ['shop/api', 'mesh'] }, true],
    ['not for a gateway', { gateways: ['shop/api'] }, { why: 'it is for shop/api, not for mesh' }],
    ['for the mesh, whatever its labels', { gateways: ['mesh'], sourceLabels: { team: 'app' } }, true],
    ['for the mesh, wherever it is', { gateways: ['mesh'], sourceNamespace: 'bar' }, true],
  ])('%s', (_, match, expected) => {
    expect(new RouteMatch(match).concerns(client, 50051, 'mesh')).toEqual(expected);
  });

  test('of which nobody can tell, if nobody knows the client', () => {
    const stranger: ProxyNode = { kind: 'sidecar', namespace: undefined, labels: undefined };
    const concerns = (match: HttpMatch) => new RouteMatch(match).concerns(stranger, 50051, 'mesh');
    expect(concerns({ sourceLabels: { a: 'b' } })).toEqual({ missing: 'the labels of the client' });
    expect(concerns({ sourceNamespace: 'shop' })).toEqual({ missing: 'the namespace of the client' });
    expect(concerns({})).toBe(true);
  });
});
