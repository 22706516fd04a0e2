import { refusalOf } from '../../../src/simulation/authorization/refusal';
import { clusterOf } from '../../support/cluster-of';
import { policy } from '../../support/guarded';

function refusal(spec: string, annotations?: string): string | undefined {
  const cluster = clusterOf(policy('shop/p', spec, annotations));
  return refusalOf(cluster.objects('security.istio.io/AuthorizationPolicy')[0])?.text;
}

// What the webhook refuses, and the nearest that it takes.
test.each`
  refused                                                                                                         | because                                                                    | taken
  ${'action: DENY'}                                                                                               | ${'action DENY without rules'}                                             | ${'action: DENY, rules: [{}]'}
  ${'action: CUSTOM, provider: { name: x }'}                                                                      | ${'action CUSTOM without rules'}                                           | ${'action: CUSTOM, provider: { name: x }, rules: [{}]'}
  ${'action: CUSTOM, rules: [{}]'}                                                                                | ${'action CUSTOM without the name of a provider'}                          | ${'rules: [{}]'}
  ${'provider: { name: x }, rules: [{}]'}                                                                         | ${'a provider with action ALLOW'}                                          | ${'rules: []'}
  ${'rules: [{}, { when: [{ key: source.port, values: ["1"] }] }]'}                                               | ${"rule 1 has the unknown key 'source.port'"}                              | ${'rules: [{ when: [{ key: destination.port, values: ["1"] }] }]'}
  ${'rules: [{ when: [{ key: "request.headers[]", values: ["1"] }] }]'}                                           | ${"rule 0 has the unknown key 'request.headers[]'"}                        | ${'rules: [{ when: [{ key: "request.headers[a]", values: ["1"] }] }]'}
  ${'rules: [{ when: [{ key: source.ip }] }]'}                                                                    | ${"rule 0 has the key 'source.ip' without values"}                         | ${'rules: [{ when: [{ key: source.ip, notValues: ["::1"] }] }]'}
  ${'rules: [{ from: [{ source: {} }] }]'}                                                                        | ${'rule 0 has an empty source'}                                            | ${'rules: [{ from: [] }]'}
  ${'rules: [{ to: [{ operation: { paths: [] } }] }]'}                                                            | ${'rule 0 has an empty operation'}                                         | ${'rules: [{ to: [{ operation: { paths: [/] } }] }]'}
  ${'rules: [{ from: [{ source: { serviceAccounts: [a], principals: [b] } }] }]'}                                 | ${'rule 0 has serviceAccounts together with principals or namespaces'}     | ${'rules: [{ from: [{ source: { serviceAccounts: [a] } }, { source: { principals: [b] } }] }]'}
  ${'rules: [{ from: [{ source: { serviceAccounts: ["a*"] } }] }]'}                                               | ${"rule 0 has 'a*' in serviceAccounts"}                                    | ${'rules: [{ from: [{ source: { serviceAccounts: [a/b] } }] }]'}
  ${'rules: [{ from: [{ source: { serviceAccounts: ["a/b/c"] } }] }]'}                                            | ${"rule 0 has 'a/b/c' in serviceAccounts"}                                 | ${'rules: [{ from: [{ source: { principals: [a/b/c] } }] }]'}
  ${'rules: [{ from: [{ source: { notIpBlocks: ["10.0.0"] } }] }]'}                                               | ${"rule 0 has '10.0.0' in notIpBlocks"}                                    | ${'rules: [{ from: [{ source: { notIpBlocks: ["10.0.0.0/8"] } }] }]'}
  ${'rules: [{ to: [{ operation: { ports: ["http"] } }] }]'}                                                      | ${"rule 0 has 'http' in ports"}                                            | ${'rules: [{ to: [{ operation: { ports: ["65535"] } }] }]'}
  ${'rules: [{ to: [{ operation: { notPorts: ["65536"] } }] }]'}                                                  | ${"rule 0 has '65536' in notPorts"}                                        | ${'rules: [{ to: [{ operation: { notPorts: ["0"] } }] }]'}
  ${'rules: [{ to: [{ operation: { paths: ["/{a}"] } }] }]'}                                                      | ${"rule 0 has '/{a}' in paths"}                                            | ${'rules: [{ to: [{ operation: { paths: ["/{*}"] } }] }]'}
  ${'rules: [{ to: [{ operation: { methods: [""] } }] }]'}                                                        | ${"rule 0 has '' in methods"}                                              | ${'rules: [{ to: [{ operation: { methods: ["*"] } }] }]'}
  ${'rules: [{ from: [{ source: { trustDomains: ["a*b"] } }] }]'}                                                 | ${"rule 0 has 'a*b' in trustDomains"}                                      | ${'rules: [{ from: [{ source: { trustDomains: ["*b", "a*", "*"] } }] }]'}
  ${'rules: [{ from: [{ source: { trustDomains: ["a/b"] } }] }]'}                                                 | ${"rule 0 has 'a/b' in trustDomains"}                                      | ${'rules: [{ when: [{ key: source.trustDomain, values: ["a/b"] }] }]'}
  ${'action: CUSTOM, provider: { name: x }, rules: [{ from: [{ source: { namespaces: [a] } }] }]'}                | ${'rule 0 has namespaces, which action CUSTOM cannot ask for'}             | ${'action: CUSTOM, provider: { name: x }, rules: [{ from: [{ source: { ipBlocks: ["::1"] } }] }]'}
  ${'action: CUSTOM, provider: { name: x }, rules: [{ when: [{ key: "request.auth.claims[a]", values: [b] }] }]'} | ${'rule 0 has request.auth.claims[a], which action CUSTOM cannot ask for'} | ${'action: CUSTOM, provider: { name: x }, rules: [{ when: [{ key: "request.headers[a]", values: [b] }] }]'}
`('$because', ({ refused, because, taken }) => {
  expect(refusal(refused)).toBe(because);
  expect(refusal(taken)).toBeUndefined();
});

test.each([
  ['action: DENY', ['spec']],
  ['rules: [{}, { from: [{ source: {} }] }]', ['spec', 'rules', 1]],
])('it is told where: %s', (spec, path) => {
  const cluster = clusterOf(policy('shop/p', spec));
  expect(refusalOf(cluster.objects('security.istio.io/AuthorizationPolicy')[0])?.path).toEqual(path);
});

test('a dry run is only for ALLOW and DENY', () => {
  expect(refusal('action: AUDIT, rules: [{}]', 'istio.io/dry-run: "true"')).toBe('a dry run of action AUDIT');
  expect(refusal('action: AUDIT, rules: [{}]', 'istio.io/dry-run: "false"')).toBeUndefined();
  expect(refusal('action: DENY, rules: [{}]', 'istio.io/dry-run: "true"')).toBeUndefined();
});
