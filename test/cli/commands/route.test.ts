import { grpcMesh } from '../../support/command-line';
import { SMALL_MESH } from '../../support/small-mesh';

const route = (question: string, input = SMALL_MESH) => grpcMesh(['route', ...question.split(' '), '-f', '-'], input);

test('tells the rule, the pods, the timeout and the retries', () => {
  const { out, exitCode } = route('web order Place');
  expect(exitCode).toBe(0);
  expect(out).toBe(`shop/web -> shop/order Place
  routed
  rule       'place' of VirtualService shop/order spec.http[0].match[0]  stdin:69
  to         100 % order.shop.svc.cluster.local:50051 (shop/order)
             http2, TLS auto
  timeout    3s
  retries    1 on unavailable
  because    route 'place' of VirtualService shop/order takes the request  stdin:69
`);
});

test('tells why the rules above do not match', () => {
  const { out } = route('web order Track');
  expect(out).toContain(
    "  not        VirtualService shop/order spec.http[0].match[0]: the path '/shop.v1.Order/Track' is not '/shop.v1.Order/Place'  stdin:69\n",
  );
  expect(out).toContain('  timeout    none\n');
});

test('tells the share of each destination', () => {
  const split = SMALL_MESH.replace(
    'route: [{ destination: { host: order.shop.svc.cluster.local } }]',
    'route: [{ destination: { host: order.shop.svc.cluster.local }, weight: 75 }, { destination: { host: other.example }, weight: 25 }]',
  );
  expect(route('web order Place', split).out).toMatch(
    / {2}to {9}75 % order\.shop.*\n(.*\n)* {2}to {9}25 % other\.example/,
  );
});

test.each([
  ['{ host: shadow }', 'shadow.shop.svc.cluster.local'],
  ['{ host: shadow, port: { number: 80 }, subset: v2 }', 'shadow.shop.svc.cluster.local:80 subset v2'],
])('tells where copies go: %s', (mirror, place) => {
  const mirrored = SMALL_MESH.replace(
    'route: [{ destination: { host: order.shop.svc.cluster.local } }]',
    `mirror: ${mirror}\n      mirrorPercentage: { value: 5 }\n      $&`,
  );
  expect(route('web order Place', mirrored).out).toContain(`  mirror     5 % to ${place}\n`);
});

test('a header of the call counts', () => {
  const pinned = SMALL_MESH.replace(
    '{ uri: { exact: /shop.v1.Order/Place } }',
    '{ headers: { x-canary: { exact: always } } }',
  );
  expect(route('web order shop.v1.Order/Place --header X-Canary=always', pinned).out).toContain(
    "rule       'place' of",
  );
  expect(route('web order shop.v1.Order/Place', pinned).out).not.toContain("rule       'place' of");
  expect(route('web order Track --header nonsense').err).toBe(
    "error: 'nonsense' is no header\n  Write --header name=value.\n",
  );
});

test('from outside, what no route takes ends at the gateway', () => {
  expect(route('https://api.example.com order Track').exitCode).toBe(0);
  const { out, exitCode } = route('https://api.example.com order Place');
  expect(exitCode).toBe(1);
  expect(out).toContain('  no-route: the caller sees UNIMPLEMENTED (12)\n');
});

test.each([
  ['a pod without identity', 'plaintext', SMALL_MESH, 'a client without identity has no proxy'],
  [
    'a pod without a sidecar',
    'web',
    SMALL_MESH.replace('{ labels: { app: web } }', '{ labels: { app: web, sidecar.istio.io/inject: "false" } }'),
    'shop/web has no proxy',
  ],
  [
    'a port that is kept from the sidecar',
    'web',
    SMALL_MESH.replace(
      '{ labels: { app: web } }',
      '{ labels: { app: web }, annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "50051" } }',
    ),
    'port 50051 is kept from the sidecar of shop/web',
  ],
])('no rule is for %s: it has no timeout and no retries', (_, from, input, why) => {
  const { out, exitCode } = route(`${from} order Place`, input);
  expect(exitCode).toBe(0);
  expect(out.slice(out.indexOf('\n') + 1)).toBe(`  routed
  to         100 % order.shop.svc.cluster.local:50051 (shop/order)
             as the client speaks, TLS DISABLE
  timeout    none
  retries    none
  because    ${why}: no VirtualService and no DestinationRule applies, the client calls order.shop.svc.cluster.local itself
`);
});

test('for programs it is JSON', () => {
  const [found] = JSON.parse(route('web order Place -o json').out).routes;
  expect(found).toMatchObject({
    caller: 'shop/web',
    path: '/shop.v1.Order/Place',
    outcome: 'routed',
    timeout: '3s',
    destinations: [{ host: 'order.shop.svc.cluster.local', port: 50051, weight: 100, workloads: ['shop/order'] }],
  });
});

describe('a route that asks for a claim', () => {
  const asking = SMALL_MESH.replace(
    '{ uri: { exact: /shop.v1.Order/Track } }',
    '{ uri: { exact: /shop.v1.Order/Track }, headers: { "@request.auth.claims.groups": { exact: beta } } }',
  );
  const AUTHENTICATION = `---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: edge, namespace: edge }
spec:
  selector: { matchLabels: { istio: ingress } }
  jwtRules: [{ issuer: "https://issuer.example", jwksUri: "https://issuer.example/jwks" }]
`;
  const ISSUER = '--claim iss=https://issuer.example';

  test.each([
    ['is not known', '', 'unknown'],
    ['takes the call of who has it', `${ISSUER} --claim groups=alpha --claim groups=beta`, 'routed'],
    ['takes no other', `${ISSUER} --claim groups=alpha`, 'no-route: the caller sees UNIMPLEMENTED (12)'],
    ['takes none without a token', '--no-token', 'no-route: the caller sees UNIMPLEMENTED (12)'],
  ])('%s', (_, words, outcome) => {
    const question = `https://api.example.com order shop.v1.Order/Track ${words}`.trim();
    const { out, err } = route(question, asking + AUTHENTICATION);
    expect(err).toBe('');
    expect(out.split('\n')[1].trim()).toBe(outcome);
    const answer = grpcMesh(['can', ...question.split(' '), '-f', '-'], asking + AUTHENTICATION).out.split(':')[0];
    expect(answer).toBe(outcome === 'routed' ? 'yes' : outcome === 'unknown' ? 'unknown' : 'no');
  });

  test('is never taken where no gateway reads tokens', () => {
    const { out } = route(`https://api.example.com order shop.v1.Order/Track ${ISSUER} --claim groups=beta`, asking);
    expect(out.split('\n')[1]).toMatch(/^ {2}no-route/);
    expect(out).toContain('spec.http[0].match[0]: there is no validated token');
  });

  test('forbids a claim with withoutHeaders', () => {
    const without = asking.replace(', headers: { "@', ', withoutHeaders: { "@') + AUTHENTICATION;
    const outcome = (words: string) =>
      route(`https://api.example.com order Track ${words}`.trim(), without).out.split('\n')[1].trim();
    expect(outcome(`${ISSUER} --claim groups=beta`)).toMatch(/^no-route/);
    expect(outcome(`${ISSUER} --claim groups=alpha`)).toBe('routed');
    expect(outcome('--no-token')).toBe('routed');
    expect(outcome('')).toBe('unknown');
  });
});
