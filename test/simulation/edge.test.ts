import { authorizeEdge, type EdgeCall } from '../../src/simulation/edge';
import { Simulation } from '../../src/simulation/simulation';
import { clusterOf, workloadAt } from '../support/cluster-of';
import { policy, requestAuthentication } from '../support/guarded';
import { wordFor } from '../support/simulated';

const PODS = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: ingress, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: order, namespace: shop }
spec:
  selector: { matchLabels: { app: order } }
  template:
    metadata: { labels: { app: order } }
    spec: { serviceAccountName: order, containers: [{ name: app, image: app:1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: order, namespace: shop }
spec: { selector: { app: order }, ports: [{ name: grpc, port: 50051 }] }
---
apiVersion: v1
kind: Service
metadata: { name: ingress, namespace: ingress }
spec: { selector: { istio: ingress }, ports: [{ name: https, port: 443, targetPort: 8443 }] }
---
`;

const GATEWAY_PODS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ingress, namespace: ingress }
spec:
  selector: { matchLabels: { istio: ingress } }
  template:
    metadata: { labels: { istio: ingress }, annotations: { inject.istio.io/templates: gateway } }
    spec: { serviceAccountName: ingress, containers: [{ name: istio-proxy, image: auto }] }
---
`;

const ROUTES = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingress }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      tls: { mode: SIMPLE, credentialName: shop-tls }
      hosts: [shop.example]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: shop }
spec:
  hosts: [shop.example]
  gateways: [edge]
  http: [{ match: [{ uri: { prefix: /shop.Order/ } }], route: [{ destination: { host: order } }] }]
---
`;

const STRICT = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
`;

const FOR_GATEWAY = policy(
  'shop/it',
  'rules: [{ from: [{ source: { principals: [cluster.local/ns/ingress/sa/ingress] } }] }]',
);
const TOKENS = 'jwtRules: [{ issuer: a, jwksUri: "https://keys.example" }]';

function ask(rules: string, call: Partial<EdgeCall> = {}, yaml = PODS + GATEWAY_PODS + ROUTES + STRICT) {
  const cluster = clusterOf(yaml + rules);
  const gateway = yaml.includes(GATEWAY_PODS) ? workloadAt(cluster, 'ingress/ingress') : { istio: 'ingress' };
  const usual = { gateway, host: 'shop.example', port: 443, path: '/shop.Order/Place' };
  return authorizeEdge(Simulation.of(cluster), { ...usual, ...call });
}

test.each([
  ['a call comes in with the identity of the gateway', FOR_GATEWAY, {}, 'allow'],
  ['which the server may not know', FOR_GATEWAY.replaceAll('sa/ingress', 'sa/other'), {}, 'deny 7'],
  ['what no route takes ends at the gateway', '', { path: '/shop.Stock/Take' }, 'deny 12'],
  ['no server knows the host: there is no handshake', '', { host: 'other.example' }, 'deny 14'],
  ['nobody listens to the port', '', { port: 80 }, 'deny 14'],
  [
    'the policies of the gateway come first',
    policy('ingress/none', 'action: DENY, rules: [{ to: [{ operation: { paths: [/shop.Order/Place] } }] }]'),
    {},
    'deny 7',
  ],
  ['also for what no route takes', policy('ingress/none', ''), { path: '/shop.Stock/Take' }, 'deny 7'],
  [
    'they see the port of the pod',
    policy('ingress/port', 'rules: [{ to: [{ operation: { ports: ["8443"] } }] }]'),
    {},
    'allow',
  ],
  [
    'and the host in the handshake',
    policy('ingress/sni', 'rules: [{ when: [{ key: connection.sni, values: [shop.example] }] }]'),
    {},
    'allow',
  ],
  ['a token is looked at', requestAuthentication('ingress/tokens', TOKENS), { token: 'invalid' as const }, 'deny 16'],
])('%s', (_, rules, call, word) => {
  expect(wordFor(ask(rules, call))).toBe(word);
});

describe('a token that the gateway has read', () => {
  const token = { claims: { iss: 'a', sub: 'b' } };
  const inside =
    requestAuthentication('shop/tokens', TOKENS) +
    policy('shop/any', 'rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }]');
  const atGateway = (rule: string) =>
    requestAuthentication('ingress/tokens', TOKENS.replace('issuer', `${rule}issuer`));

  test.each([
    ['goes no further', atGateway(''), 'deny 7'],
    ['unless the gateway forwards it', atGateway('forwardOriginalToken: true, '), 'allow'],
    ['or has not read it', '', 'allow'],
  ])('%s', (_, rules, word) => {
    expect(wordFor(ask(inside + rules, { token }))).toBe(word);
  });

  test('is missing where nobody says whether there is one', () => {
    expect(ask(inside)).toMatchObject({
      outcome: 'unknown',
      missing: ['the claims of the token that the caller shows'],
    });
    expect(wordFor(ask(inside, { token: 'none' }))).toBe('deny 7');
  });
});

test('without the pods of the gateway nobody knows its identity, but where a call ends', () => {
  const without = PODS + ROUTES + STRICT;
  expect(ask(FOR_GATEWAY, {}, without)).toMatchObject({
    outcome: 'unknown',
    missing: ['the pods of the gateway (istio=ingress), whose identity policies ask for'],
  });
  expect(wordFor(ask('', { path: '/shop.Stock/Take' }, without))).toBe('deny 12');
});

test('the address of the client is asked of whoever knows it', () => {
  const rules = policy('ingress/near', 'rules: [{ from: [{ source: { remoteIpBlocks: [192.0.2.0/24] } }] }]');
  expect(ask(rules)).toMatchObject({ outcome: 'unknown', missing: ['the address of the client'] });

  expect(wordFor(ask(rules, { remoteIp: '192.0.2.7' }))).toBe('allow');
  expect(wordFor(ask(rules, { remoteIp: '198.51.100.7' }))).toBe('deny 7');
});

// Held by the differential test: a gateway adds its peer to x-forwarded-for, and a sidecar believes the last address.
test('a workload behind the gateway takes the peer of the gateway for the client, whatever the client says', () => {
  const rules = policy('shop/near', 'rules: [{ from: [{ source: { remoteIpBlocks: [192.0.2.0/24] } }] }]');
  const headers = { 'x-forwarded-for': '192.0.2.7' };
  expect(ask(rules, { headers })).toMatchObject({ outcome: 'unknown', missing: ['the address of the client'] });
  expect(wordFor(ask(rules, { headers, sourceIp: '198.51.100.7' }))).toBe('deny 7');
  expect(wordFor(ask(rules, { sourceIp: '192.0.2.7' }))).toBe('allow');
});

describe('a header that a policy asks for', () => {
  const asks = (namespace: string) =>
    policy(`${namespace}/desk`, 'rules: [{ when: [{ key: "request.headers[x-desk]", values: [a] }] }]');
  const headers = { 'x-desk': 'a' };

  test.each(['ingress', 'shop'])('in %s is unknown where nobody states any', (namespace) => {
    expect(ask(asks(namespace))).toMatchObject({ outcome: 'unknown', missing: ["the header 'x-desk'"] });
    expect(wordFor(ask(asks(namespace), { headers }))).toBe('allow');
    expect(wordFor(ask(asks(namespace), { headers: {} }))).toBe('deny 7');
  });

  test('is absent behind a gateway that writes it from tokens, and takes it from everybody else', () => {
    const writes = TOKENS.replace('{ ', '{ outputClaimToHeaders: [{ header: x-desk, claim: desk }], ');
    const tokens = requestAuthentication('ingress/tokens', writes);
    expect(wordFor(ask(asks('shop') + tokens, { token: 'none' }))).toBe('deny 7');
    const token = { claims: { iss: 'a', sub: 'b', desk: 'a' } };
    expect(wordFor(ask(asks('shop') + tokens, { token }))).toBe('allow');
    const other = requestAuthentication('ingress/tokens', writes.replace('x-desk', 'x-other'));
    expect(wordFor(ask(asks('shop') + other, { token: 'none' }))).toBe('unknown');
  });
});
