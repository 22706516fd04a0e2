import { deployment, Guard, policy } from '../../support/guarded';

const PROXYLESS = deployment('shop/order', '', 'istio-injection: enabled', 'inject.istio.io/templates: grpc-agent');
const proxyless = (policies: string, mesh = {}) => new Guard(PROXYLESS + policies, { mesh });
const PLACE = 'rules: [{ to: [{ operation: { paths: [/shop.Order/Place] } }] }]';

test('rules are enforced', () => {
  expect(proxyless(policy('shop/p', PLACE)).outcome()).toBe('allow');
  expect(proxyless(policy('shop/p', PLACE)).outcome({ path: '/shop.Order/Other' })).toBe('deny');
  expect(proxyless(policy('shop/p', `action: DENY, ${PLACE}`)).outcome()).toBe('deny');
});

test('a policy without rules is not there', () => {
  expect(proxyless(policy('shop/nothing', '')).outcome()).toBe('allow');
  expect(proxyless(policy('shop/nothing', '') + policy('shop/p', PLACE)).outcome({ path: '/a' })).toBe('deny');
});

test('a dry run is no dry run', () => {
  expect(proxyless(policy('shop/p', `action: DENY, ${PLACE}`, 'istio.io/dry-run: "true"')).outcome()).toBe('deny');
});

test.each(['action: AUDIT', 'action: CUSTOM, provider: { name: x }'])('nothing comes of %s', (action) => {
  expect(proxyless(policy('shop/p', `${action}, ${PLACE}`)).outcome()).toBe('allow');
});

test('trust domains have no aliases, paths no normalization, and nobody has a token', () => {
  const from = 'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]';
  const principal = 'td/ns/shop/sa/web';
  expect(proxyless(policy('shop/p', from), { trustDomain: 'td' }).outcome({ principal })).toBe('deny');
  expect(proxyless(policy('shop/p', PLACE)).outcome({ path: '/shop.Order/./Place' })).toBe('deny');
  const token = 'rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }]';
  expect(proxyless(policy('shop/p', token)).outcome({ token: { claims: { iss: 'a', sub: 'b' } } })).toBe('deny');
});

test('the one address of the client is that of the peer', () => {
  const remote = 'rules: [{ from: [{ source: { remoteIpBlocks: [10.0.0.1] } }] }]';
  expect(proxyless(policy('shop/p', remote)).outcome({ sourceIp: '10.0.0.1', remoteIp: '1.1.1.1' })).toBe('allow');
  expect(proxyless(policy('shop/p', remote)).outcome({ remoteIp: '10.0.0.1' })).toBe('unknown');
});

test.each([
  'to: [{ operation: { paths: ["/{*}/Place"] } }]',
  'when: [{ key: "request.headers[grpc-timeout]", values: [a] }]',
])('nobody knows what comes of { %s }', (rule) => {
  expect(proxyless(policy('shop/p', `rules: [{ ${rule} }]`)).decide()).toMatchObject({
    outcome: 'unknown',
    missing: ['what a gRPC server without proxy makes of AuthorizationPolicy shop/p'],
  });
});
