import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze, type Report } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';

function check(...texts: string[]): Report {
  const { manifests, problems } = readManifests(texts.map((text, index) => ({ name: `${index}.yaml`, text })));
  expect(problems).toEqual([]);
  return analyze(Cluster.of(manifests), RULES);
}

const codes = ({ findings }: Report) => findings.map(({ code }) => code);

function policy(annotations: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: menu, namespace: shop${annotations && `, annotations: {${annotations}}`}}
spec:
  selector: {matchLabels: {app: menu}}
  rules: [{to: [{operation: {paths: [/coffee.v1.Menu/ListDrinks]}}]}]
`;
}

describe('a suppression', () => {
  test('with a reason takes a finding out of the report, and is told of with the reason', () => {
    const report = check(policy('suppress.cdk8s-grpc-mesh/AllowAnyCaller: "the menu is public"'));
    expect(codes(report)).toEqual([]);
    expect(report.suppressed).toEqual([
      { finding: expect.objectContaining({ code: 'AllowAnyCaller' }), reason: 'the menu is public' },
    ]);
  });

  test('without a reason silences nothing, and is a finding itself', () => {
    const report = check(policy('suppress.cdk8s-grpc-mesh/AllowAnyCaller: " "'));
    expect(codes(report)).toEqual(['AllowAnyCaller', 'SuppressionWithoutReason']);
  });

  test('of another rule silences nothing', () => {
    const report = check(policy('suppress.cdk8s-grpc-mesh/EmptyDenyRule: "a reason"'));
    expect(codes(report)).toEqual(['AllowAnyCaller']);
  });

  test('of a rule that does not exist is a finding itself, with the name that was nearly written', () => {
    const report = check(policy('suppress.cdk8s-grpc-mesh/AllowAnyCallers: "a reason"'));
    expect(codes(report)).toEqual(['AllowAnyCaller', 'UnknownSuppression']);
    expect(report.findings[1].message).toContain("Did you mean 'AllowAnyCaller'?");
  });

  test('may name the code that another tool has for the same trouble', () => {
    const service = (annotations: string) => `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop, annotations: {${annotations}}}
spec: {ports: [{name: api, port: 8080}]}
`;
    expect(codes(check(service('a: b')))).toEqual(['UndeclaredProtocol']);
    expect(codes(check(service('suppress.cdk8s-grpc-mesh/IST0118: "a reason"')))).toEqual([]);
  });

  test('is for the object that carries it alone', () => {
    const other = policy('').replace('name: menu', 'name: other');
    const report = check(`${policy('suppress.cdk8s-grpc-mesh/AllowAnyCaller: "public"')}---${other}`);
    expect(report.findings.map(({ object }) => object)).toEqual(['security.istio.io/AuthorizationPolicy shop/other']);
  });
});

describe('an opt-out', () => {
  test('is told of once, and silences the rule that it answers', () => {
    const report = check(policy('opt-out.cdk8s-grpc-mesh/dangerously-allow-any-caller: "kiosks have no identity"'));
    expect(codes(report)).toEqual(['OptOut']);
    expect(report.findings[0]).toMatchObject({
      severity: 'info',
      message: expect.stringContaining('kiosks have no identity'),
      path: ['metadata', 'annotations', 'opt-out.cdk8s-grpc-mesh/dangerously-allow-any-caller'],
    });
  });

  test('that takes two objects is told of once', () => {
    const annotations = 'opt-out.cdk8s-grpc-mesh/dangerously-allow-any-caller: "kiosks have no identity"';
    const network = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: menu, namespace: shop, annotations: {${annotations}}}
spec: {podSelector: {matchLabels: {app: menu}}, ingress: [{}]}
`;
    expect(codes(check(`${policy(annotations)}---${network}`))).toEqual(['OptOut']);
  });

  test('silences no other rule', () => {
    const report = check(policy('opt-out.cdk8s-grpc-mesh/insecure-plaintext: "a reason"'));
    expect(codes(report)).toEqual(['AllowAnyCaller', 'OptOut']);
  });

  test('without a reason answers nothing', () => {
    const report = check(policy('opt-out.cdk8s-grpc-mesh/dangerously-allow-any-caller: ""'));
    expect(report.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['AllowAnyCaller', 'warning'],
      ['OptOut', 'warning'],
    ]);
  });

  test('is answered by rules that say which', () => {
    const answered = RULES.filter(({ optOut }) => optOut).map(({ code, optOut }) => [optOut, code]);
    expect(answered).toEqual([
      ['dangerously-allow-any-caller', 'AllowAnyCaller'],
      ['insecure-plaintext', 'NegativeIdentity'],
      ['insecure-plaintext', 'PlaintextAccepted'],
      ['insecure-plaintext', 'PlaintextGateway'],
      ['envoy-filter', 'EnvoyFilterOnTls'],
      ['dangerously-repeat-executed', 'RetryOfExecutedCalls'],
      ['envoy-filter', 'RelativeEnvoyFilter'],
      ['envoy-filter', 'RawEnvoyFilter'],
    ]);
  });
});

describe('a report', () => {
  test('begins with the worst', () => {
    const { findings } = check(`
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {ports: [{name: api, port: 8080}]}
---${policy('')}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: order, namespace: shop}
spec: {rules: [{from: [{source: {principals: [spiffe://cluster.local/ns/shop/sa/web]}}]}]}
`);
    expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning', 'info']);
  });

  test('names the construct that made an object', () => {
    const [finding] = check(policy('cdk8s-grpc-mesh/construct: shop/menu')).findings;
    expect(finding).toMatchObject({ construct: 'shop/menu', origin: { source: '0.yaml', document: 0 } });
  });

  test.each([
    ['', 'warning'],
    ['annotations: {cdk8s-grpc-mesh/construct: shop/menu}, ', 'info'],
  ])('takes a selector of nobody (%s) for: %s', (annotations, severity) => {
    const { findings } = check(`
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: shop, labels: {app: other}}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {${annotations}name: menu, namespace: shop}
spec: {selector: {matchLabels: {app: menu}}}
`);
    expect(findings.map((it) => [it.code, it.severity])).toEqual([['SelectsNothing', severity]]);
  });

  test('of nothing is empty', () => {
    expect(check('')).toEqual({ findings: [], suppressed: [] });
  });
});

describe.each(['01-hello-grpc', '02-coffee-shop'])('example %s', (name) => {
  const file = (path: string) => readFileSync(join(__dirname, '../../examples', name, path), 'utf8');

  test('has no findings, as it stands and beside its platform', () => {
    expect(check(file('expected.yaml')).findings).toEqual([]);
    expect(check(file('expected.yaml'), file('platform.yaml')).findings).toEqual([]);
  });
});
