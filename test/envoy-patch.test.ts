import {
  EnvoyChange,
  EnvoyPatch,
  type EnvoyPatchProps,
  GatewayWorkload,
  GrpcService,
  MeshIngress,
  type MeshIngressProps,
  TlsCertificate,
} from '../src';
import { type Manifest, Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, order, orderApi } from './support/shop';

const buffer = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer', max_request_bytes: 1 };
const change = EnvoyChange.lastHttpFilter('envoy.filters.http.buffer', buffer);
const reason = 'the server dies of long requests';

function patched(props: Partial<EnvoyPatchProps> = {}): Manifest {
  const { app, shop } = coffeeShop();
  new EnvoyPatch(shop, 'limits', { service: order(shop), change, istioVersion: '1.31', reason, ...props });
  return Manifests.of(app).kind('EnvoyFilter')[0];
}

function atIngress(props: Partial<MeshIngressProps> = {}): Manifest {
  const { app, shop } = coffeeShop();
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  const ingress = new MeshIngress(shop, 'edge', { host: 'api.coffee.example', certificate, ...props });
  ingress.expose(order(shop));
  new EnvoyPatch(shop, 'limits', { ingress, change, istioVersion: '1.31', reason });
  return Manifests.of(app).kind('EnvoyFilter')[0];
}

const onlyPatch = (filter: Manifest) => filter.spec.configPatches[0];

test.each<[string, EnvoyChange, string, string, string]>([
  ['a first filter', EnvoyChange.firstHttpFilter('a', buffer), 'HTTP_FILTER', 'SIDECAR_INBOUND', 'INSERT_FIRST'],
  ['a last filter', EnvoyChange.lastHttpFilter('a', buffer), 'HTTP_FILTER', 'SIDECAR_INBOUND', 'INSERT_BEFORE'],
  ['the reading of HTTP', EnvoyChange.connectionManager({ via: 'a' }), 'NETWORK_FILTER', 'SIDECAR_INBOUND', 'MERGE'],
  [
    'the way to a server',
    EnvoyChange.upstream({ host: 'a.b.svc.cluster.local', port: 1 }, { name: 'a' }),
    'CLUSTER',
    'SIDECAR_OUTBOUND',
    'MERGE',
  ],
])('%s is one patch, of what it is about', (_, what, applyTo, context, operation) => {
  const { configPatches } = patched({ change: what }).spec;
  expect(configPatches).toHaveLength(1);
  expect(configPatches[0]).toMatchObject({ applyTo, match: { context }, patch: { operation } });
});

test('a last filter stands before the router, which ends the chain', () => {
  expect(onlyPatch(patched()).match.listener.filterChain.filter.subFilter).toEqual({
    name: 'envoy.filters.http.router',
  });
});

test('a filter has its name and its configuration', () => {
  expect(onlyPatch(patched()).patch.value).toEqual({ name: 'envoy.filters.http.buffer', typed_config: buffer });
});

test('the way to a server is that to one port of it', () => {
  const upstream = EnvoyChange.upstream({ host: 'a.b.svc.cluster.local', port: 50051 }, { name: 'a' });
  const { match } = onlyPatch(patched({ change: upstream }));
  expect(match.cluster).toEqual({ service: 'a.b.svc.cluster.local', portNumber: 50051 });
});

test.each([
  ['1.31.0', true],
  ['1.31.4-dev', true],
  ['1.3.0', false],
  ['1.310.0', false],
  ['1.32.0', false],
])('a proxy of Istio %s has it: %p', (version, has) => {
  const { proxyVersion } = onlyPatch(patched()).match.proxy;
  expect(new RegExp(proxyVersion).test(version)).toBe(has);
});

test('only proxies of the service have it, in an order that does not depend on age, and the reason stands there', () => {
  const { metadata, spec } = patched();
  expect(metadata).toMatchObject({ name: 'limits', namespace: 'coffee-shop' });
  expect(metadata.annotations).toMatchObject({ 'opt-out.cdk8s-grpc-mesh/envoy-filter': reason });
  expect(spec.workloadSelector).toEqual({ labels: { app: 'order' } });
  expect(spec.priority).toBe(10);
});

test.each<[string, Partial<MeshIngressProps>, object, object]>([
  ['shared', {}, { name: 'coffee-shop-limits', namespace: 'istio-ingress' }, { istio: 'ingress' }],
  [
    'own',
    { gateway: GatewayWorkload.own() },
    { name: 'limits', namespace: 'coffee-shop' },
    { app: 'edge', istio: 'edge' },
  ],
])('at an ingress it lies beside its %s pods', (_, props, where, labels) => {
  const { metadata, spec } = atIngress(props);
  expect(metadata).toMatchObject(where);
  expect(spec.workloadSelector).toEqual({ labels });
  expect(spec.configPatches[0].match.context).toBe('GATEWAY');
});

describe('is refused', () => {
  test.each<[string, string, Partial<EnvoyPatchProps>]>([
    ['without pods', 'IngressOrService', { service: undefined }],
    ['for a whole release of Istio', 'InvalidVersion', { istioVersion: '1.31.0' }],
    ['for every version', 'InvalidVersion', { istioVersion: '.*' }],
    ['without a reason', 'NoReason', { reason: ' ' }],
  ])('%s', (_, code, props) => {
    expect(refusal(() => patched(props)).code).toBe(code);
  });

  test('for an ingress and a service at once', () => {
    const { shop } = coffeeShop();
    const certificate = TlsCertificate.fromSecret('coffee-tls');
    const ingress = new MeshIngress(shop, 'edge', { host: 'api.coffee.example', certificate });
    const both = { service: order(shop), ingress };
    const attempt = () => new EnvoyPatch(shop, 'limits', { ...both, change, istioVersion: '1.31', reason });
    expect(refusal(attempt).code).toBe('IngressOrService');
  });

  test("for somebody else's service", () => {
    const { shop } = coffeeShop();
    const apis = [orderApi];
    const service = GrpcService.fromGrpcServiceAttributes(shop, 'peer', { name: 'peer', namespaceName: 'peers', apis });
    const attempt = () => new EnvoyPatch(shop, 'limits', { service, change, istioVersion: '1.31', reason });
    expect(refusal(attempt).code).toBe('NotOurs');
  });

  const upstream = { host: 'a.b.svc.cluster.local', port: 1 };
  test.each<[string, string, () => EnvoyChange]>([
    ['a filter of no type', 'InvalidPatch', () => EnvoyChange.firstHttpFilter('a', { max_request_bytes: 1 })],
    ['nothing', 'InvalidPatch', () => EnvoyChange.connectionManager({})],
    ['the TLS of a server', 'PatchOnSecurity', () => EnvoyChange.upstream(upstream, { transport_socket: {} })],
    [
      'that in the other spelling',
      'PatchOnSecurity',
      () => EnvoyChange.upstream(upstream, { transportSocketMatches: [] }),
    ],
    ['the policies', 'PatchOnSecurity', () => EnvoyChange.connectionManager({ http_filters: [] })],
    ['the routes', 'PatchOnSecurity', () => EnvoyChange.connectionManager({ routeConfig: {} })],
    [
      'what policies take for a path',
      'PatchOnSecurity',
      () => EnvoyChange.connectionManager({ normalize_path: false }),
    ],
    ['that as well', 'PatchOnSecurity', () => EnvoyChange.connectionManager({ pathWithEscapedSlashesAction: 1 })],
    [
      'the filters of upgraded requests',
      'PatchOnSecurity',
      () => EnvoyChange.connectionManager({ upgrade_configs: [{ upgrade_type: 'websocket' }] }),
    ],
    ['where calls go', 'PatchOnSecurity', () => EnvoyChange.upstream(upstream, { load_assignment: {} })],
    [
      'TLS deep inside',
      'PatchOnSecurity',
      () => EnvoyChange.lastHttpFilter('a', { ...buffer, b: [{ tls_context: 1 }] }),
    ],
    ['no host', 'InvalidHost', () => EnvoyChange.upstream({ host: 'https://a', port: 1 }, { name: 'a' })],
    ['no port', 'InvalidPort', () => EnvoyChange.upstream({ ...upstream, port: 0 }, { name: 'a' })],
  ])('when it changes %s', (_, code, make) => {
    expect(refusal(make).code).toBe(code);
  });
});
