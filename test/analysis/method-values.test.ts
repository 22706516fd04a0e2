import { analyze } from '../../src/analysis/analyze';
import { meantByMethod, pathOfRpc } from '../../src/analysis/method-values';
import { RULES } from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';

test.each([
  ['POST', undefined],
  ['*', undefined],
  ['P*', undefined],
  ['*ET', undefined],
  ['PURGE', undefined],
  ['post', 'http'],
  ['Delete', 'http'],
  ['po*', 'http'],
  ['*et', 'http'],
  ['SayHello', 'rpc'],
  ['Say*', 'rpc'],
  ['*Hello', 'rpc'],
  ['/pay.v1.Payments/Charge', 'rpc'],
  ['pay.v1.Payments', 'rpc'],
] as const)("a method '%s' means %s", (value, meant) => {
  expect(meantByMethod(value)).toBe(meant);
});

test.each([
  ['SayHello', '/package.Service/SayHello'],
  ['Say*', '/package.Service/Say*'],
  ['*Hello', '*Hello'],
  ['/pay.v1.Payments/Charge', '/pay.v1.Payments/Charge'],
  ['pay.v1.Payments/Charge', '/pay.v1.Payments/Charge'],
  ['pay.v1.Payments/*', '/pay.v1.Payments/*'],
  ['pay.v1.Payments.Charge', '/pay.v1.Payments/Charge'],
  ['pay.v1.Payments', '/pay.v1.Payments/*'],
  ['pay.v1.Payments.*', '/pay.v1.Payments/*'],
  ['*/Charge', '*/Charge'],
  ['*.Charge', '*/Charge'],
])('%s is the path %s', (value, path) => {
  expect(pathOfRpc(value)).toBe(path);
});

/** What rules say of the methods of a policy. */
function said(action: string, field: string, method: string): string[] {
  const text = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec: {action: ${action}, rules: [{to: [{operation: {${field}: ["${method}"], ports: ["50051"]}}]}]}
`;
  const { findings } = analyze(Cluster.of(readManifests([{ name: 'a.yaml', text }]).manifests), RULES);
  const about = findings.filter(({ code }) => code === 'RpcAsMethod' || code === 'MethodNotUpperCase');
  return about.map(({ code, message, fix }) => `${code}: ${message} ${fix}`);
}

test.each([
  ['ALLOW', 'methods', 'the rule lets in no call. paths'],
  ['DENY', 'methods', 'the rule stops no call. paths'],
  ['ALLOW', 'notMethods', 'the rule lets in this call too. notPaths'],
  ['DENY', 'notMethods', 'the rule stops this call too. notPaths'],
])('of the name of an RPC in %s %s', (action, field, told) => {
  expect(said(action, field, 'SayHello')).toEqual([
    `RpcAsMethod: 'SayHello' is the name of an RPC, and the method of every RPC is POST: ${told}: ["/package.Service/SayHello"]`,
  ]);
});

test('one word is one mistake', () => {
  expect(said('ALLOW', 'methods', 'post')).toEqual([
    "MethodNotUpperCase: The method 'post' matches no request: methods are compared with regard to case. - POST",
  ]);
  expect(said('ALLOW', 'methods', 'POST')).toEqual([]);
});

describe('one policy with one mistake has one finding', () => {
  const SERVED = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: v1
kind: Service
metadata: {name: payment, namespace: shop}
spec: {selector: {app: payment}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: v1
kind: Pod
metadata: {name: payment, namespace: shop, labels: {app: payment, sidecar.istio.io/inject: "true"}}
spec: {containers: [{name: app, image: payment, ports: [{containerPort: 50051}]}]}
---
`;
  const found = (action: string, operation: string) => {
    const text = `${SERVED}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  action: ${action}
  selector: {matchLabels: {app: payment}}
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}], to: [{operation: ${operation}}]}]
`;
    const { findings } = analyze(Cluster.of(readManifests([{ name: 'a.yaml', text }]).manifests), RULES);
    return findings.filter(({ object }) => object.includes('AuthorizationPolicy')).map(({ code }) => code);
  };

  const PATHS = 'paths: [/pay.v1.Payments/Charge]';
  const PORTS = 'ports: ["50051"]';
  test.each([
    ['MethodOfNoRpc', 'GET'],
    ['MethodOfNoRpc', 'GET, DELETE'],
    ['MethodOfNoRpc', 'CHARGE'],
    ['MethodNotUpperCase', 'get'],
    ['MethodNotUpperCase', 'post'],
    ['MethodNotUpperCase', 'get, DELETE'],
    ['RpcAsMethod', 'Charge'],
    ['RpcAsMethod', '/pay.v1.Payments/Charge'],
    ['RpcAsMethod', 'GET, Charge'],
  ])('%s: methods: [%s]', (code, methods) => {
    for (const action of ['ALLOW', 'DENY']) {
      expect(found(action, `{methods: [${methods}], ${PATHS}}`)).toEqual([code]);
      expect(found(action, `{methods: [${methods}], ${PATHS}, ${PORTS}}`)).toEqual([code]);
    }
    expect(found('ALLOW', `{methods: [${methods}], ${PORTS}}`)).toEqual([code]);
  });

  test('and none without', () => {
    for (const more of [PATHS, PORTS, `${PATHS}, ${PORTS}`])
      expect(found('ALLOW', `{methods: [POST], ${more}}`)).toEqual([]);
  });
});
