import { Guard, policy } from '../../support/guarded';

function misses(rules: string, changes = {}) {
  const { nearMisses } = new Guard(policy('shop/order', `rules: [${rules}]`)).decide(changes);
  return nearMisses().map(({ path, lacks }) => [path[2], ...lacks]);
}

test('a near miss tells what the request lacks, in words', () => {
  expect(misses('{ from: [{ source: { principals: [cluster.local/ns/shop/sa/order] } }] }')).toEqual([
    [0, "the principal is 'cluster.local/ns/shop/sa/web', the rule wants 'cluster.local/ns/shop/sa/order'"],
  ]);
});

test('the rule with the fewest failures comes first, with only what failed', () => {
  expect(
    misses(`
      { from: [{ source: { namespaces: [bar] } }], to: [{ operation: { methods: [GET], ports: ["80"] } }] },
      { from: [{ source: { serviceAccounts: [web] } }], to: [{ operation: { paths: [/a, /b] } }] }`),
  ).toEqual([
    [1, "the path is '/shop.Order/Place', the rule wants '/a' or '/b'"],
    [
      0,
      "the namespace of the caller is 'shop', the rule wants 'bar'",
      "the port of the pod is 8080, the rule wants '80'",
      "the method is 'POST', the rule wants 'GET'",
    ],
  ]);
});

test('of several sources the nearest is told', () => {
  expect(
    misses(
      '{ from: [{ source: { namespaces: [bar], ipBlocks: [10.0.0.1] } }, { source: { namespaces: [baz], trustDomains: [cluster.local] } }] }',
      { sourceIp: '10.0.0.2' },
    ),
  ).toEqual([[0, "the namespace of the caller is 'shop', the rule wants 'baz'"]]);
});

test.each`
  rule                                                             | changes                    | lack
  ${'from: [{ source: { principals: ["*"] } }]'}                   | ${{ principal: '' }}       | ${"the caller has no identity, the rule wants '*'"}
  ${'from: [{ source: { serviceAccounts: [order] } }]'}            | ${{}}                      | ${"the service account is 'shop/web', the rule wants 'order'"}
  ${'from: [{ source: { notPrincipals: ["cluster.local/*"] } }]'}  | ${{}}                      | ${"the principal is 'cluster.local/ns/shop/sa/web', the rule wants anything but 'cluster.local/*'"}
  ${'from: [{ source: { requestPrincipals: ["*"] } }]'}            | ${{}}                      | ${"the request has no validated token, the rule wants '*'"}
  ${'from: [{ source: { ipBlocks: [10.0.0.0/8] } }]'}              | ${{ sourceIp: '1.1.1.1' }} | ${"the address of the peer is '1.1.1.1', the rule wants '10.0.0.0/8'"}
  ${'from: [{ source: { trustDomains: [a, b, c, d, e, f, g] } }]'} | ${{}}                      | ${"the trust domain is 'cluster.local', the rule wants 'a', 'b', 'c', 'd', 'e' or 2 more"}
  ${'to: [{ operation: { hosts: [a] } }]'}                         | ${{}}                      | ${"the host is 'order.shop.svc.cluster.local:8080', the rule wants 'a'"}
  ${'when: [{ key: "request.headers[x]", values: [a] }]'}          | ${{}}                      | ${"the request has no header 'x', the rule wants 'a'"}
  ${'when: [{ key: "request.headers[x]", values: [a] }]'}          | ${{ headers: { x: '1' } }} | ${"the header 'x' is '1', the rule wants 'a'"}
  ${'when: [{ key: "request.auth.claims[a][b]", values: [c] }]'}   | ${{}}                      | ${"the request has no validated token, the rule wants 'c'"}
  ${'when: [{ key: connection.sni, values: [a] }]'}                | ${{ principal: '' }}       | ${"the client names no server in a TLS handshake, the rule wants 'a'"}
`('$lack', ({ rule, changes, lack }) => {
  expect(misses(`{ ${rule} }`, changes)).toEqual([[0, lack]]);
});

test('a rule that is not there on TCP says so', () => {
  expect(
    misses('{ to: [{ operation: { ports: ["1"] } }] }, { to: [{ operation: { paths: [/a], hosts: [b] } }] }', {
      protocol: 'tcp',
    }),
  ).toEqual([
    [0, "the port of the pod is 8080, the rule wants '1'"],
    [1, 'the rule is not in force here: it asks for paths, hosts, and a port that does not speak HTTP has none'],
  ]);
});

test('a near miss names the object that nearly let it through', () => {
  const decision = new Guard(policy('shop/order', 'rules: [{ to: [{ operation: { paths: [/a] } }] }]')).decide();
  expect(decision.nearMisses()[0].object.name).toBe('order');
});
