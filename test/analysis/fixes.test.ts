import { analyze } from '../../src/analysis/analyze';
import type { Finding } from '../../src/analysis/finding';
import { RULES } from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';

function found(text: string, code: string): Finding {
  const { findings } = analyze(Cluster.of(readManifests([{ name: 'a.yaml', text }]).manifests), RULES);
  const [finding] = findings.filter((it) => it.code === code);
  return finding;
}

const MENU = `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
---
`;

describe('what is to be written instead of a DENY without conditions', () => {
  const policy = (spec: string) => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: menu, namespace: shop}
spec: {${spec}action: DENY, rules: [{from: [{source: {namespaces: [web]}}]}, {}]}
`;

  test.each([
    ['', 'spec: {}'],
    ['selector: {matchLabels: {app: menu}}, ', 'spec: {selector: {matchLabels: {app: menu}}}'],
    [
      'selector: {matchLabels: {"on": "1", a/b: "true"}}, ',
      'spec: {selector: {matchLabels: {"on": "1", a/b: "true"}}}',
    ],
    ['targetRefs: [{kind: Service, name: menu}], ', 'spec: {targetRefs: [{kind: Service, name: menu}]}'],
  ])('keeps whom the policy is for: %s', (whom, fix) => {
    expect(found(policy(whom), 'EmptyDenyRule')).toMatchObject({
      path: ['spec'],
      fix: `${fix}   # allows nothing`,
      message: expect.stringMatching(/^Rule 1 /),
    });
  });
});

describe('retryOn', () => {
  test.each([
    ['5xx,unavailabel', '5xx,unavailable'],
    ['connect-failure, refused-streams', 'connect-failure,refused-stream'],
    ['5xx,5xxx', '5xx'],
    ['503,nonsense', '503'],
    ['nonsense', 'connect-failure,refused-stream'],
  ])('of %s becomes %s', (retryOn, fixed) => {
    const text = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http: [{retries: {attempts: 2, retryOn: "${retryOn}"}, route: [{destination: {host: menu.shop.svc.cluster.local}}]}]
`;
    expect(found(text, 'UnknownRetryCondition').fix).toBe(`retryOn: ${fixed}`);
  });
});

describe('the host that was nearly written', () => {
  const MEANT = 'menu.shop.svc.cluster.local';

  test.each([
    ['menue', `host: ${MEANT}`],
    ['menue.shop.svc.cluster.local', `host: ${MEANT}`],
    ['kitchen', 'host: …   # the full name of a Service, or a host of a ServiceEntry'],
  ])('of a route to %s is in the fix', (host, fix) => {
    const text = `${MENU}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec: {hosts: [${MEANT}], http: [{route: [{destination: {host: ${host}}}]}]}
`;
    expect(found(text, 'UnknownHost').fix).toBe(fix);
  });

  test('of a DestinationRule is in the fix', () => {
    const text = `${MENU}
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menue}
`;
    expect(found(text, 'UnknownDestinationRuleHost').fix).toBe(`host: ${MEANT}`);
  });

  test('of a Sidecar is in the fix', () => {
    const text = `${MENU}
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [./menue.shop.svc.cluster.local]}]}
`;
    expect(found(text, 'UnknownSidecarHost').fix).toBe(`- ./${MEANT}`);
  });
});
