import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';

// One mistake for which an API server refuses an object shall not hide the others that are in it.
const SERVICES = `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`;

const ROUTES = (first: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  gateways: [gone]
  http:
    - ${first}
      retries: {attempts: 1, retryOn: unavailabel}
      route:
        - {destination: {host: menue.shop.svc.cluster.local}, weight: 60}
        - {destination: {host: menu.shop.svc.cluster.local, port: {number: 50052}}, weight: 20}
        - {destination: {host: menu.shop.svc.cluster.local, subset: v2}, weight: 10}
`;

const IN_THE_ROUTES = [
  'UnknownRetryCondition',
  'UnknownHost',
  'UnknownPort',
  'UnknownSubset',
  'UnknownGateway',
  'WeightsNotHundred',
];

function check(...texts: string[]) {
  const { manifests } = readManifests(texts.map((text, index) => ({ name: `${index}.yaml`, text })));
  return analyze(Cluster.of(manifests), RULES).findings;
}

const codes = (...texts: string[]) => check(...texts).map(({ code }) => code);

test.each([
  ['a duration that is too short', 'timeout: 0s', ['RefusedDuration']],
  ['a duration that is too short, and not of whole milliseconds', 'timeout: 0.5ms', ['RefusedDuration']],
  ['a field that does not exist', 'timeouts: 5s', ['UnknownField']],
  ['a value out of bounds', 'redirect: {redirectCode: 5, derivePort: NO_SUCH}', ['ValueNotAllowed']],
  ['a duration as it should be', 'timeout: 5s', []],
])('%s hides nothing of what else is wrong with a VirtualService', (_, first, own) => {
  expect(codes(SERVICES, ROUTES(first)).sort()).toEqual([...own, ...IN_THE_ROUTES].sort());
});

test('what else is wrong is told with its place', () => {
  const host = check(SERVICES, ROUTES('timeout: 0s')).find(({ code }) => code === 'UnknownHost');
  expect(host).toMatchObject({
    path: ['spec', 'http', 0, 'route', 0, 'destination', 'host'],
    origin: { source: '1.yaml', document: 0 },
  });
});

test('a duration that is too short hides nothing of a DestinationRule', () => {
  const rule = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec:
  host: menue.shop.svc.cluster.local
  trafficPolicy: {outlierDetection: {interval: 0s}}
`;
  expect(codes(SERVICES, rule)).toEqual(['RefusedDuration', 'UnknownDestinationRuleHost']);
});

test('a field that does not exist hides nothing of an AuthorizationPolicy', () => {
  const policy = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: menu, namespace: shop}
spec:
  rule: []
  rules: [{from: [{source: {principals: [spiffe://cluster.local/ns/shop/sa/web]}}]}]
`;
  expect(codes(SERVICES, policy)).toEqual(['UnknownField', 'SpiffePrincipal']);
});

test('a route is taken without the duration that is refused', () => {
  const stream = ROUTES('timeout: 0s').replace(
    'timeout: 0s',
    'match: [{uri: {exact: /coffee.v1.Menu/Watch}}]\n      timeout: 0s',
  );
  expect(codes(SERVICES, stream)).not.toContain('TimeoutOnStream');
  expect(codes(SERVICES, stream.replace('0s', '5s'))).toContain('TimeoutOnStream');
});

test.each([
  ['of a wrong type', 'timeout: 5', 'WrongType'],
  ['that is missing', 'delegate: {}\n      mirror: {}', 'MissingField'],
])('nothing else is said of an object with a field %s', (_, first, code) => {
  expect(codes(SERVICES, ROUTES(first))).toEqual([code]);
});

test('a route that is never asked is told of too', () => {
  const twice = `${ROUTES('timeout: 0s')}    - {route: [{destination: {host: menu.shop.svc.cluster.local}}]}\n`;
  expect(codes(SERVICES, twice)).toContain('UnreachableRoute');
});
