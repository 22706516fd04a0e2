import { deployment, Guard, policy } from '../../support/guarded';

const AMBIENT = deployment('shop/order', '', 'istio.io/dataplane-mode: ambient');
const ambient = (...policies: string[]) => new Guard(AMBIENT + policies.join(''));
const rule = (text: string, action = 'ALLOW') => policy('shop/p', `action: ${action}, rules: [{ ${text} }]`);

test.each`
  text                                                                       | allow        | deny
  ${''}                                                                      | ${'allow'}   | ${'deny'}
  ${'from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }]'}    | ${'allow'}   | ${'deny'}
  ${'from: [{ source: { principals: ["cluster.local/*"] } }]'}               | ${'allow'}   | ${'deny'}
  ${'from: [{ source: { principals: [cluster.local/ns/shop/sa/other] } }]'}  | ${'deny'}    | ${'allow'}
  ${'from: [{ source: { namespaces: [shop] } }]'}                            | ${'allow'}   | ${'deny'}
  ${'from: [{ source: { namespaces: ["sh*"] } }]'}                           | ${'allow'}   | ${'deny'}
  ${'from: [{ source: { namespaces: ["s*p"] } }]'}                           | ${'deny'}    | ${'allow'}
  ${'from: [{ source: { notNamespaces: [shop] } }]'}                         | ${'deny'}    | ${'allow'}
  ${'from: [{ source: { serviceAccounts: [web] } }]'}                        | ${'allow'}   | ${'deny'}
  ${'to: [{ operation: { ports: ["8080"] } }]'}                              | ${'allow'}   | ${'deny'}
  ${'to: [{ operation: { ports: ["81"] } }]'}                                | ${'deny'}    | ${'allow'}
  ${'when: [{ key: source.namespace, values: [shop] }]'}                     | ${'allow'}   | ${'deny'}
  ${'when: [{ key: destination.port, notValues: ["8080"] }]'}                | ${'deny'}    | ${'allow'}
  ${'from: [{ source: { ipBlocks: [10.0.0.1] } }]'}                          | ${'unknown'} | ${'unknown'}
  ${'to: [{ operation: { paths: ["*"] } }]'}                                 | ${'deny'}    | ${'allow'}
  ${'to: [{ operation: { ports: ["8080"], methods: [GET] } }]'}              | ${'deny'}    | ${'deny'}
  ${'to: [{ operation: { ports: ["81"] } }, { operation: { hosts: [a] } }]'} | ${'deny'}    | ${'allow'}
  ${'from: [{ source: { namespaces: [shop], requestPrincipals: [a] } }]'}    | ${'deny'}    | ${'deny'}
  ${'from: [{ source: { trustDomains: [cluster.local] } }]'}                 | ${'deny'}    | ${'allow'}
  ${'from: [{ source: { namespaces: [shop], trustDomains: [x] } }]'}         | ${'allow'}   | ${'deny'}
  ${'when: [{ key: "request.headers[x]", notValues: [a] }]'}                 | ${'deny'}    | ${'allow'}
  ${'when: [{ key: source.serviceAccount, values: [web] }]'}                 | ${'deny'}    | ${'allow'}
`('{ $text } allows: $allow, denies: $deny', ({ text, allow, deny }) => {
  expect(ambient(rule(text)).outcome()).toBe(allow);
  expect(ambient(rule(text)).outcome({ protocol: 'tcp' })).toBe(allow);
  expect(ambient(rule(text, 'DENY')).outcome()).toBe(deny);
});

test('a rule that ztunnel does not get leaves the others, and the policy', () => {
  const guard = ambient(
    policy('shop/p', 'rules: [{ to: [{ operation: { paths: [/a] } }] }, { to: [{ operation: { ports: ["8080"] } }] }]'),
  );
  expect(guard.outcome()).toBe('allow');
  expect(
    guard
      .decide({ port: 81 })
      .nearMisses()
      .map(({ path, lacks }) => [path[2], ...lacks]),
  ).toEqual([
    [1, "the port of the pod is 81, the rule wants '8080'"],
    [0, 'the rule is not in force here: it asks for paths, which ztunnel does not see: that takes a waypoint'],
  ]);
});

test('who calls without identity is in no namespace', () => {
  expect(ambient(rule('from: [{ source: { namespaces: ["*"] } }]')).outcome({ principal: '' })).toBe('deny');
  expect(ambient(rule('from: [{ source: { notNamespaces: [a] } }]')).outcome({ principal: '' })).toBe('allow');
});

test.each`
  what                                 | given
  ${'a dry run'}                       | ${policy('shop/p', '', 'istio.io/dry-run: "true"')}
  ${'an audit'}                        | ${policy('shop/p', 'action: AUDIT, rules: [{}]')}
  ${'an external authorizer'}          | ${policy('shop/p', 'action: CUSTOM, provider: { name: x }, rules: [{}]')}
  ${'a target'}                        | ${policy('shop/p', 'targetRefs: [{ group: "", kind: Service, name: order }]')}
  ${'a selector that selects nothing'} | ${policy('shop/p', 'selector: {}')}
`('$what is not for ztunnel', ({ given }) => {
  expect(ambient(given).cluster.malformed).toEqual([]);
  expect(ambient(given).outcome()).toBe('allow');
});

test('trust domains have no aliases', () => {
  const rules = rule('from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }]');
  const guard = new Guard(AMBIENT + rules, { mesh: { trustDomain: 'td' } });
  expect(guard.outcome({ principal: 'td/ns/shop/sa/web' })).toBe('deny');
});
