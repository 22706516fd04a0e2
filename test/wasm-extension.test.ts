import {
  GatewayWorkload,
  GrpcService,
  MeshIngress,
  type MeshIngressProps,
  TlsCertificate,
  WasmExtension,
  type WasmExtensionProps,
  WasmPhase,
} from '../src';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, order, orderApi } from './support/shop';

const digest = '0123456789abcdef'.repeat(4);
const image = `ghcr.io/acme/tenants:1.2.0@sha256:${digest}`;
const registryAddresses = ['203.0.113.0/24'];

function extended(props: Partial<WasmExtensionProps> = {}): Manifests {
  const { app, shop } = coffeeShop();
  new WasmExtension(shop, 'tenants', { service: order(shop), image, registryAddresses, ...props });
  return Manifests.of(app);
}

function atIngress(props: Partial<MeshIngressProps> = {}): Manifests {
  const { app, shop } = coffeeShop();
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  const ingress = new MeshIngress(shop, 'edge', { host: 'api.coffee.example', certificate, ...props });
  ingress.expose(order(shop));
  new WasmExtension(shop, 'tenants', { ingress, image, registryAddresses });
  return Manifests.of(app);
}

const plugin = (props?: Partial<WasmExtensionProps>) => extended(props).get('WasmPlugin', 'tenants');

test('the module is the one of the digest, whatever becomes of the tag', () => {
  expect(plugin().spec).toMatchObject({ url: `oci://${image}`, sha256: digest });
});

test('without it nothing passes', () => {
  const { metadata, spec } = plugin();
  expect(spec.failStrategy).toBe('FAIL_CLOSE');
  expect(Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('opt-out'))).toEqual([]);
});

test('unless somebody says so, and why', () => {
  const { metadata, spec } = plugin({ dangerouslyFailOpen: { reason: 'it only counts' } });
  expect(spec.failStrategy).toBe('FAIL_OPEN');
  expect(metadata.annotations).toMatchObject({ 'opt-out.cdk8s-grpc-mesh/dangerously-fail-open': 'it only counts' });
});

test('it runs in the proxies of the service, for calls that arrive', () => {
  expect(plugin().spec).toMatchObject({ selector: { matchLabels: { app: 'order' } }, match: [{ mode: 'SERVER' }] });
});

test.each([
  [WasmPhase.BEFORE_AUTHENTICATION, 'AUTHN'],
  [WasmPhase.BEFORE_AUTHORIZATION, 'AUTHZ'],
  [WasmPhase.BEFORE_METRICS, 'STATS'],
  [WasmPhase.LAST, undefined],
  [undefined, undefined],
])('it has the place that I give it: %p', (phase, written) => {
  expect(plugin({ phase }).spec.phase).toBe(written);
});

test('it is told what I tell it, as it was when I said so', () => {
  const config = { tenants: ['a', 'b'], limits: { a: 1 } };
  const { app, shop } = coffeeShop();
  new WasmExtension(shop, 'tenants', { service: order(shop), image, registryAddresses, config });
  config.tenants.push('c');
  expect(Manifests.of(app).get('WasmPlugin', 'tenants').spec.pluginConfig).toEqual({
    tenants: ['a', 'b'],
    limits: { a: 1 },
  });
});

test('its pods reach the registry, and no other address', () => {
  const { spec } = extended({ registryPort: 5000 }).get('NetworkPolicy', 'tenants');
  expect(spec).toEqual({
    podSelector: { matchLabels: { app: 'order' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ protocol: 'TCP', port: 5000 }] }],
  });
});

test('credentials are those of a Secret', () => {
  expect(plugin({ imagePullSecret: 'registry' }).spec.imagePullSecret).toBe('registry');
});

test.each<[string, Partial<MeshIngressProps>, string, string, object, number]>([
  ['shared pods, whose walls are not ours', {}, 'coffee-shop-tenants', 'istio-ingress', { istio: 'ingress' }, 0],
  ['own pods', { gateway: GatewayWorkload.own() }, 'tenants', 'coffee-shop', { app: 'edge', istio: 'edge' }, 1],
])('at an ingress it lies beside its %s', (_, props, name, namespace, matchLabels, walls) => {
  const manifests = atIngress(props);
  const { spec } = manifests.get('WasmPlugin', name, namespace);
  expect(spec.selector).toEqual({ matchLabels });
  expect(spec.match).toBeUndefined();
  expect(manifests.kind('NetworkPolicy').filter(({ metadata }) => metadata.name === name)).toHaveLength(walls);
});

describe('is refused', () => {
  test.each<[string, string, Partial<WasmExtensionProps>]>([
    ['without a digest', 'UnpinnedImage', { image: 'ghcr.io/acme/tenants:1.2.0' }],
    ['with half a digest', 'UnpinnedImage', { image: `ghcr.io/acme/tenants@sha256:${digest.slice(1)}` }],
    ['with a digest of another kind', 'UnpinnedImage', { image: `ghcr.io/acme/tenants@sha512:${digest}` }],
    ['with a scheme', 'UnpinnedImage', { image: `oci://${image}` }],
    ['without a registry', 'NoRegistry', { registryAddresses: [] }],
    ['with a name of the registry', 'InvalidAddress', { registryAddresses: ['ghcr.io'] }],
    ['with no port', 'InvalidPort', { registryPort: 0 }],
    ['without pods', 'IngressOrService', { service: undefined }],
    ['open without a reason', 'NoReason', { dangerouslyFailOpen: { reason: '' } }],
    ['with a Secret that cannot be', 'InvalidName', { imagePullSecret: 'My Secret' }],
  ])('%s', (_, code, props) => {
    expect(refusal(() => extended(props)).code).toBe(code);
  });

  test('with a scheme, and told how it is written', () => {
    expect(refusal(() => extended({ image: `oci://${image}` })).message).toContain(`image: '${image}'`);
  });

  test("for somebody else's service", () => {
    const { shop } = coffeeShop();
    const apis = [orderApi];
    const service = GrpcService.fromGrpcServiceAttributes(shop, 'peer', { name: 'peer', namespaceName: 'peers', apis });
    const attempt = () => new WasmExtension(shop, 'tenants', { service, image, registryAddresses });
    expect(refusal(attempt).code).toBe('NotOurs');
  });
});
