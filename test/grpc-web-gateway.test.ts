import { App, Duration } from 'cdk8s';
import {
  GatewayWorkload,
  GrpcService,
  GrpcWebGateway,
  type GrpcWebGatewayProps,
  MeshIngress,
  TlsCertificate,
  type ZeroTrustNamespace,
} from '../src';
import { admits } from './support/admits';
import { type Manifest, Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { preflight, routeOf } from './support/routes';
import { coffeeShop, order, orderApi, payment, paymentApi } from './support/shop';

const host = 'api.coffee.example';
const partners = 'partners.coffee.example';
const origin = 'https://coffee.example';
const place = '/coffee.v1.Order/PlaceOrder';
const track = '/coffee.v1.Order/TrackOrder';
const outside = { gateway: 'coffee-shop/edge', host };
const browser = { ...outside, origin, path: place };

function ingress(shop: ZeroTrustNamespace, gateway?: GatewayWorkload): MeshIngress {
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  return new MeshIngress(shop, 'edge', { host, otherHosts: [partners], certificate, gateway });
}

/** `order`, of which PlaceOrder is open to browsers on both hosts. */
function opened(props: Partial<GrpcWebGatewayProps> = {}, gateway?: GatewayWorkload): Manifests {
  const { app, shop } = coffeeShop();
  const web = new GrpcWebGateway(shop, 'web', { ingress: ingress(shop, gateway), origins: [origin], ...props });
  web.expose(order(shop), ['PlaceOrder']);
  return Manifests.of(app);
}

/** The same service without browsers. */
function native(): Manifests {
  const { app, shop } = coffeeShop();
  ingress(shop).expose(order(shop), ['PlaceOrder']);
  return Manifests.of(app);
}

describe('a preflight', () => {
  test('of a named origin is answered at the gateway', () => {
    expect(preflight(opened(), browser)).toBe('allowed');
  });

  test.each([
    ['a foreign one', 'https://evil.example'],
    ['one below', 'https://a.coffee.example'],
    ['one that only begins alike', 'https://coffee.example.evil.example'],
    ['the same without TLS', 'http://coffee.example'],
    ['the same on another port', 'https://coffee.example:8443'],
    ['none at all', 'null'],
  ])('of an origin that is not named (%s) gets no leave, and no server sees it', (_, foreign) => {
    expect(preflight(opened(), { ...browser, origin: foreign })).toBe('refused');
  });

  test.each([
    ['grpc-web', ['content-type', 'x-grpc-web', 'x-user-agent', 'grpc-timeout']],
    ['Connect', ['content-type', 'connect-protocol-version', 'connect-timeout-ms']],
    ['a page with a token', ['authorization', 'content-type', 'x-grpc-web']],
  ])('of %s may send its headers', (_, headers) => {
    expect(preflight(opened(), { ...browser, headers })).toBe('allowed');
  });

  test('with an unlisted metadata key gets no leave', () => {
    expect(preflight(opened(), { ...browser, headers: ['content-type', 'x-tenant'] })).toBe('refused');
  });

  test('with a metadata key that was allowed gets leave', () => {
    const manifests = opened({ allowHeaders: ['x-tenant', 'trace-bin'] });
    expect(preflight(manifests, { ...browser, headers: ['x-tenant', 'trace-bin'] })).toBe('allowed');
  });

  test('still may send the headers of grpc-web when further keys are allowed', () => {
    expect(preflight(opened({ allowHeaders: ['x-tenant'] }), { ...browser, headers: ['x-grpc-web'] })).toBe('allowed');
  });

  test('for an RPC that is not exposed has no route', () => {
    expect(preflight(opened(), { ...browser, path: track })).toBe('unrouted');
  });

  test('for an RPC that is exposed natively only gets no answer of the gateway', () => {
    expect(preflight(native(), browser)).toBe('forwarded');
  });

  test.each([host, partners])('without a choice of host is answered on %s', (name) => {
    expect(preflight(opened(), { ...browser, host: name })).toBe('allowed');
  });

  test('on a host that was not chosen has no route', () => {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop);
    const service = order(shop);
    edge.expose(service, ['TrackOrder'], { host: partners });
    new GrpcWebGateway(shop, 'web', { ingress: edge, origins: [origin] }).expose(service, ['PlaceOrder'], { host });
    expect(preflight(Manifests.of(app), { ...browser, host: partners })).toBe('unrouted');
  });
});

describe('what browsers are told', () => {
  const cors = (props?: Partial<GrpcWebGatewayProps>) =>
    routeOf(opened(props), { ...outside, path: place })?.corsPolicy;

  test('lets pages read the gRPC status', () => {
    expect(cors()?.exposeHeaders).toEqual(['grpc-message', 'grpc-status', 'grpc-status-details-bin']);
  });

  test('lets pages read the metadata keys that were named', () => {
    expect(cors({ exposeHeaders: ['x-request-id'] })?.exposeHeaders).toContain('x-request-id');
  });

  test('lets them remember the answer for two hours', () => {
    expect(cors()?.maxAge).toBe('7200s');
  });

  test('lets them remember the answer as long as was said', () => {
    expect(cors({ maxAge: Duration.minutes(5) })?.maxAge).toBe('300s');
  });

  test('leaves cookies at home by default', () => {
    expect(cors()).not.toHaveProperty('allowCredentials');
  });

  test('lets them send cookies if that was said', () => {
    expect(cors({ allowCredentials: true })?.allowCredentials).toBe(true);
  });

  test('has no wildcard in any list', () => {
    expect(JSON.stringify(cors())).not.toContain('*');
  });
});

describe('an RPC that is exposed natively and to browsers', () => {
  function both(natively: 'first' | 'last'): Manifests {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop);
    const service = order(shop);
    const web = new GrpcWebGateway(shop, 'web', { ingress: edge, origins: [origin] });
    if (natively === 'first') edge.expose(service, ['PlaceOrder', 'TrackOrder']);
    web.expose(service, ['PlaceOrder']);
    if (natively === 'last') edge.expose(service, ['PlaceOrder', 'TrackOrder']);
    return Manifests.of(app);
  }
  const orders = ['first', 'last'] as const;

  test.each(orders)('natively %s, is one route', (natively) => {
    const { http } = both(natively).get('VirtualService', `edge-${host}`).spec;
    expect(JSON.stringify(http).split(`"${place}"`)).toHaveLength(2);
  });

  test.each(orders)('natively %s, answers preflights', (natively) => {
    expect(preflight(both(natively), browser)).toBe('allowed');
  });

  test.each(orders)('natively %s, leaves the other RPCs of the service without CORS', (natively) => {
    expect(routeOf(both(natively), { ...outside, path: track })).toMatchObject({ corsPolicy: undefined });
  });

  test('is the same YAML in either order', () => {
    expect(JSON.stringify(both('last').all)).toBe(JSON.stringify(both('first').all));
  });
});

describe('the server of browsers', () => {
  const ports = (manifests: Manifests) => manifests.get('Service', 'order').spec.ports;

  test('is translated for by its sidecar: the port is grpc-web', () => {
    expect(ports(opened())).toMatchObject([{ name: 'grpc-web', appProtocol: 'grpc-web' }]);
  });

  test('keeps its port number', () => {
    expect(ports(opened())).toMatchObject([{ port: 50051, targetPort: 50051 }]);
  });

  test('stays plain gRPC without browsers', () => {
    expect(ports(native())).toMatchObject([{ name: 'grpc', appProtocol: 'grpc' }]);
  });

  test('admits the gateway to exactly the exposed RPC', () => {
    const principal = 'cluster.local/ns/istio-ingress/sa/istio-ingress';
    const call = { principal, namespace: 'coffee-shop', labels: { app: 'order' }, port: 50051 };
    const manifests = opened();
    const open = orderApi.methods.filter(({ path }) => admits(manifests, { ...call, path }));
    expect(open.map(({ name }) => name)).toEqual(['PlaceOrder']);
  });

  test.each<[string, string]>([
    ['routes', 'VirtualService'],
    ['policy', 'AuthorizationPolicy'],
    ['network', 'NetworkPolicy'],
    ['pools', 'DestinationRule'],
  ])('leaves native callers their %s', (_, kind) => {
    const manifest = (browsers: boolean): Manifest => {
      const { app, shop } = coffeeShop();
      const edge = ingress(shop);
      const server = payment(shop);
      order(shop).calls(server, ['Refund', 'Negotiate']);
      if (browsers) new GrpcWebGateway(shop, 'web', { ingress: edge, origins: [origin] }).expose(server, ['Charge']);
      else edge.expose(server, ['Charge']);
      return Manifests.of(app).get(kind, 'payment');
    };
    expect(manifest(true)).toEqual(manifest(false));
  });

  test('may stream to browsers without a time limit', () => {
    const { app, shop } = coffeeShop();
    const web = new GrpcWebGateway(shop, 'web', { ingress: ingress(shop), origins: [origin] });
    web.expose(order(shop));
    expect(routeOf(Manifests.of(app), { ...outside, path: track })).toMatchObject({ timeout: undefined });
  });
});

describe('translation at the gateway', () => {
  const envoyFilter = { reason: 'the server has no sidecar' };

  test('is not there by default', () => {
    expect(opened().kind('EnvoyFilter')).toEqual([]);
  });

  test('leaves the port of the server plain gRPC', () => {
    expect(opened({ envoyFilter }).get('Service', 'order').spec.ports).toMatchObject([
      { name: 'grpc', appProtocol: 'grpc' },
    ]);
  });

  test('lies in the namespace of the gateway pods', () => {
    expect(opened({ envoyFilter }).get('EnvoyFilter', 'coffee-shop-web').metadata.namespace).toBe('istio-ingress');
  });

  test('lies beside an own gateway', () => {
    const manifests = opened({ envoyFilter }, GatewayWorkload.own());
    expect(manifests.get('EnvoyFilter', 'web').metadata.namespace).toBe('coffee-shop');
  });

  test('leaves its reason on the EnvoyFilter', () => {
    expect(opened({ envoyFilter }).get('EnvoyFilter', 'coffee-shop-web').metadata.annotations).toHaveProperty(
      ['opt-out.cdk8s-grpc-mesh/envoy-filter'],
      'the server has no sidecar',
    );
  });

  test('still answers preflights', () => {
    expect(preflight(opened({ envoyFilter }), browser)).toBe('allowed');
  });

  test('opens the server of another team to browsers', () => {
    const { app, shop } = coffeeShop();
    const web = new GrpcWebGateway(shop, 'web', { ingress: ingress(shop), origins: [origin], envoyFilter });
    web.expose(peer(shop), ['Charge']);
    expect(preflight(Manifests.of(app), { ...browser, path: '/coffee.v1.Payment/Charge' })).toBe('allowed');
  });
});

function peer(shop: ZeroTrustNamespace): GrpcService {
  const attributes = { name: 'billing', namespaceName: 'finance', apis: [paymentApi] };
  return GrpcService.fromGrpcServiceAttributes(shop, 'billing', attributes);
}

describe('input that is wrong', () => {
  type Attempt = (shop: ZeroTrustNamespace) => unknown;
  const web =
    (props: Partial<GrpcWebGatewayProps>, id = 'web'): Attempt =>
    (shop) =>
      new GrpcWebGateway(shop, id, { ingress: ingress(shop), origins: [origin], ...props });
  const exposing =
    (methods: string[] | undefined, service: (shop: ZeroTrustNamespace) => GrpcService = payment): Attempt =>
    (shop) =>
      new GrpcWebGateway(shop, 'web', { ingress: ingress(shop), origins: [origin] }).expose(service(shop), methods);
  const twice =
    (first: Partial<GrpcWebGatewayProps>, second: Partial<GrpcWebGatewayProps>): Attempt =>
    (shop) => {
      const edge = ingress(shop);
      const service = order(shop);
      new GrpcWebGateway(shop, 'a', { ingress: edge, origins: [origin], ...first }).expose(service);
      new GrpcWebGateway(shop, 'b', { ingress: edge, origins: [origin], ...second }).expose(service);
    };

  test.each<[string, string, Attempt]>([
    ['no origin', 'EmptyOrigins', web({ origins: [] })],
    ['every origin', 'WildcardOrigin', web({ origins: ['*'] })],
    ['every origin of a domain', 'WildcardOrigin', web({ origins: ['https://*.coffee.example'] })],
    ['an origin without scheme', 'InvalidOrigin', web({ origins: ['coffee.example'] })],
    ['an origin with a slash at its end', 'InvalidOrigin', web({ origins: ['https://coffee.example/'] })],
    ['an origin with a path', 'InvalidOrigin', web({ origins: ['https://coffee.example/shop'] })],
    ['an origin with the default port', 'InvalidOrigin', web({ origins: ['https://coffee.example:443'] })],
    ['an origin in capitals', 'InvalidOrigin', web({ origins: ['https://Coffee.example'] })],
    ['the origin of sandboxed pages', 'InvalidOrigin', web({ origins: ['null'] })],
    ['an empty origin', 'InvalidOrigin', web({ origins: [''] })],
    ['a metadata key in capitals', 'InvalidHeader', web({ allowHeaders: ['X-Tenant'] })],
    ['every metadata key', 'InvalidHeader', web({ allowHeaders: ['*'] })],
    ['every readable metadata key', 'InvalidHeader', web({ exposeHeaders: ['*'] })],
    ['an answer that is remembered for half a second', 'InvalidDuration', web({ maxAge: Duration.millis(500) })],
    ['an answer that is remembered for one and a half', 'InvalidDuration', web({ maxAge: Duration.millis(1500) })],
    ['an EnvoyFilter without a reason', 'NoReason', web({ envoyFilter: { reason: '' } })],
    ['an id that is not a name', 'InvalidName', web({}, 'Web_1')],
    ['an id that is there already', 'DuplicateObject', (shop) => [order(shop), web({}, 'order')(shop)]],
    [
      'a gateway outside a namespace',
      'NoNamespace',
      (shop) => new GrpcWebGateway(new App(), 'web', { ingress: ingress(shop), origins: [origin] }),
    ],
    ['a client-streaming RPC', 'NotForBrowsers', exposing(['Charge', 'UploadReceipts'])],
    ['a bidi RPC', 'NotForBrowsers', exposing(['Negotiate'])],
    ['every RPC of a service with client streams', 'NotForBrowsers', exposing(undefined)],
    ['an RPC that is not there', 'UnknownMethod', exposing(['Chrage'])],
    ['the server of another team', 'NotOurs', exposing(['Charge'], peer)],
    [
      'another set of origins for one RPC',
      'ContradictingCors',
      twice({}, { origins: [origin, 'https://beta.coffee.example'] }),
    ],
    ['other metadata keys for one RPC', 'ContradictingCors', twice({}, { allowHeaders: ['x-tenant'] })],
  ])('%s is refused', (_, code, attempt) => {
    expect(refusal(() => attempt(coffeeShop().shop)).code).toBe(code);
  });

  test.each<[string, Attempt]>([
    ['an origin', web({ origins: ['https://coffee.example'] })],
    ['an origin with a port', web({ origins: ['http://localhost:3000'] })],
    ['a metadata key', web({ allowHeaders: ['x-tenant'], exposeHeaders: ['trace-bin'] })],
    ['an answer that is remembered for a second', web({ maxAge: Duration.seconds(1) })],
    ['a unary and a server-streaming RPC', exposing(['Charge', 'WatchCharges'])],
    ['every RPC of a service without client streams', exposing(undefined, order)],
    [
      'the same origins in another order',
      twice(
        { origins: [origin, 'https://beta.coffee.example'] },
        { origins: ['https://beta.coffee.example', origin, origin] },
      ),
    ],
  ])('%s is accepted', (_, attempt) => {
    expect(() => attempt(coffeeShop().shop)).not.toThrow();
  });

  test('an RPC that browsers cannot call leaves the service closed to them', () => {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop);
    const server = payment(shop);
    edge.expose(server, ['Charge']);
    const web = new GrpcWebGateway(shop, 'web', { ingress: edge, origins: [origin] });
    web.expose(server, ['Charge']);
    refusal(() => web.expose(server, ['Refund', 'Negotiate']));
    expect(routeOf(Manifests.of(app), { ...outside, path: '/coffee.v1.Payment/Refund' })).toBeUndefined();
  });

  test('the refusal of a client stream offers the line without it', () => {
    const attempt = exposing(['Charge', 'UploadReceipts']);
    expect(refusal(() => attempt(coffeeShop().shop)).message).toContain("    web.expose(payment, ['Charge'])");
  });
});

test('a gateway that exposes nothing is refused at synth, and nothing is written', () => {
  const { app, shop } = coffeeShop();
  const ingress = new MeshIngress(shop, 'edge', { host, certificate: TlsCertificate.fromSecret('coffee-tls') });
  const server = payment(shop);
  ingress.expose(server, ['Charge']);
  const web = new GrpcWebGateway(shop, 'web', { ingress, origins: ['https://coffee.example'] });
  expect(() => app.synthYaml()).toThrow('[NothingExposed]');
  web.expose(server, ['Charge']);
  expect(() => app.synthYaml()).not.toThrow();
});
