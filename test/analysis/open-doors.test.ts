import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';

function check(code: string, ...texts: string[]) {
  const { manifests, problems } = readManifests(texts.map((text, index) => ({ name: `${index}.yaml`, text })));
  expect(problems).toEqual([]);
  return analyze(Cluster.of(manifests), RULES).findings.filter((it) => it.code === code);
}

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`;

const server = (name: string, port = '{name: grpc, port: 50051}', labels = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}${labels}}}
    spec: {containers: [{name: app, image: app}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: ${name}}, ports: [${port}]}
`;

const policy = (spec: string, namespace = 'shop') => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: policy, namespace: ${namespace}}
spec: {${spec}}
`;

const strict = (namespace: string) => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: ${namespace}}
spec: {mtls: {mode: STRICT}}
`;

describe('NoPolicies', () => {
  const found = (...texts: string[]) => check('NoPolicies', ...texts);

  test('is told once of a namespace, at its object', () => {
    expect(found(SHOP, server('a'), server('b'), server('c'))).toEqual([
      expect.objectContaining({
        severity: 'info',
        object: 'Namespace shop',
        message: expect.stringContaining('for a, b and 1 more: everybody may call, also in plaintext'),
      }),
    ]);
  });

  test('does not speak of plaintext where mutual TLS is asked for', () => {
    const [{ message, fix }] = found(SHOP, server('a'), strict('istio-system'));
    expect(`${message} ${fix}`).not.toMatch(/plaintext|PeerAuthentication/);
  });

  test('names the servers that the policies of others leave open', () => {
    const [{ message }] = found(SHOP, server('a'), server('b'), policy('selector: {matchLabels: {app: b}}'));
    expect(message).toContain('is for a: everybody');
  });

  test.each([
    ['a policy for the namespace', [SHOP, server('a'), policy('')]],
    ['a policy for the mesh', [SHOP, server('a'), policy('', 'istio-system')]],
    ['a policy that nobody can read', [SHOP, server('a'), policy('rules: 1')]],
    ['a namespace that is not injected', [SHOP.replace('enabled', 'disabled'), server('a')]],
    ['a namespace of which nobody says whether it is', [server('a')]],
    ['servers of something else', [SHOP, server('a', '{name: http, port: 8080}')]],
    ['a server without a sidecar', [SHOP, server('a', undefined, ', sidecar.istio.io/inject: "false"')]],
  ])('is silent about %s', (_, texts) => {
    expect(found(...texts)).toEqual([]);
  });
});

describe('MethodOfNoRpc', () => {
  const rule = (operation: string, rest = '') =>
    policy(`${rest}rules: [{from: [{source: {namespaces: [web]}}], to: [{operation: {${operation}}}]}]`);
  const found = (...texts: string[]) => check('MethodOfNoRpc', ...texts);
  const BOTH = '{name: grpc, port: 50051}, {name: http-metrics, port: 9090}';

  test.each([
    ['a path of an RPC', [rule('methods: [GET], paths: [/coffee.v1.Menu/List]')]],
    ['the paths of a service', [rule('methods: [GET, DELETE], paths: ["/coffee.v1.Menu/*"]')]],
    ['a path of an RPC of a server of gRPC', [server('a'), rule('methods: [GET], paths: [/coffee.v1.Menu/List]')]],
    ['a path of an RPC beside metrics', [server('a', BOTH), rule('methods: [GET], paths: [/coffee.v1.Menu/List]')]],
    ['all that a server of gRPC serves', [server('a'), rule('methods: [GET]')], 'warning'],
    ['a port of gRPC', [server('a', BOTH), rule('methods: [GET], ports: ["50051"]')], 'warning'],
  ])('finds GET beside %s', (_, texts, severity = 'error') => {
    expect(found(...texts)).toEqual([
      expect.objectContaining({ severity, fix: 'methods: [POST]', path: expect.arrayContaining(['methods']) }),
    ]);
  });

  test('says what a DENY does not stop', () => {
    const [{ message }] = found(rule('methods: [GET], paths: [/coffee.v1.Menu/List]', 'action: DENY, '));
    expect(message).toBe('The method of every RPC is POST, and not GET: the rule stops no call.');
  });

  test.each([
    ['POST beside it', [rule('methods: [GET, POST], paths: [/coffee.v1.Menu/List]')]],
    ['a star', [rule('methods: ["*"], paths: [/coffee.v1.Menu/List]')]],
    ['the beginning of POST', [rule('methods: ["P*"], paths: [/coffee.v1.Menu/List]')]],
    ['a preflight', [rule('methods: [OPTIONS], paths: [/coffee.v1.Menu/List]')]],
    ['a preflight among others', [rule('methods: [OPTIONS, GET], paths: [/coffee.v1.Menu/List]')]],
    ['a path of something else', [rule('methods: [GET], paths: [/metrics]')]],
    ['one path of something else', [rule('methods: [GET], paths: [/coffee.v1.Menu/List, /healthz]')]],
    ['no path, for nobody known', [rule('methods: [GET]')]],
    ['no path, where metrics are served too', [server('a', BOTH), rule('methods: [GET]')]],
    ['a port of HTTP', [server('a', BOTH), rule('methods: [GET], ports: ["9090"]')]],
    ['a DENY of what no server of gRPC is sent', [server('a'), rule('methods: [TRACE]', 'action: DENY, ')]],
    [
      'a path of an RPC on a port of HTTP: Connect has GET',
      [server('a', '{name: http, port: 8080}'), rule('methods: [GET], paths: [/coffee.v1.Menu/List]')],
    ],
    [
      'a path of an RPC on a port of gRPC-Web',
      [server('a', '{name: grpc-web, port: 8080}'), rule('methods: [GET], paths: [/coffee.v1.Menu/List]')],
    ],
  ])('is silent about %s', (_, texts) => {
    expect(found(...texts)).toEqual([]);
  });
});

describe('a port that declares no protocol', () => {
  const text = server('a', '{name: api, port: 50051}', ', sidecar.istio.io/inject: "true"');
  const asking = policy('action: DENY, rules: [{to: [{operation: {paths: [/coffee.v1.Menu/*]}}]}]');
  const codes = (...texts: string[]) => [
    ...check('UndeclaredProtocol', ...texts),
    ...check('UndeclaredPortUnderPolicy', ...texts),
  ];

  test('is told of once', () => {
    expect(codes(text).map(({ code }) => code)).toEqual(['UndeclaredProtocol']);
    expect(codes(text, asking).map(({ code }) => code)).toEqual(['UndeclaredPortUnderPolicy']);
  });

  test('has the codes that other tools have for it either way', () => {
    expect(codes(text)[0].aliases).toEqual(codes(text, asking)[0].aliases);
  });
});
