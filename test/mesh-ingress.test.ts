import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  GatewayWorkload,
  GrpcApi,
  GrpcService,
  Mesh,
  MeshIngress,
  type MeshIngressProps,
  MeshPort,
  MeshService,
  RetryableStatus,
  RetryPolicy,
  Streaming,
  TlsCertificate,
  Workload,
  ZeroTrustNamespace,
} from '../src';
import { admits } from './support/admits';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { routeOf } from './support/routes';
import { coffeeShop, order, payment, paymentApi } from './support/shop';

const host = 'api.coffee.example';
const partners = 'partners.coffee.example';
const certificate = TlsCertificate.fromSecret('coffee-tls');
const helmGateway = 'cluster.local/ns/istio-ingress/sa/istio-ingress';
const inside = { gateway: 'mesh', port: 50051 };
const outside = { gateway: 'coffee-shop/edge', host };

function ingress(shop: ZeroTrustNamespace, props: Partial<MeshIngressProps> = {}, id = 'edge'): MeshIngress {
  return new MeshIngress(shop, id, { host, ...(!props.insecurePlaintext && { certificate }), ...props });
}

function frontend(shop: ZeroTrustNamespace, ports: MeshPort[] = [MeshPort.http(8080)]): MeshService {
  return new MeshService(shop, 'frontend', { workload: Workload.image('ghcr.io/acme/frontend:1.0.0'), ports });
}

function grpc(shop: ZeroTrustNamespace, id: string, ...apis: GrpcApi[]): GrpcService {
  return new GrpcService(shop, id, { workload: Workload.image(`ghcr.io/acme/${id}:1.0.0`), apis });
}

/** `order`, exposed as a whole by an ingress with these props. */
function exposed(props?: Partial<MeshIngressProps>): Manifests {
  const { app, shop } = coffeeShop();
  ingress(shop, props).expose(order(shop));
  return Manifests.of(app);
}

/** The Services behind a request from outside, as host and port. */
function behind(manifests: Manifests, path: string, to: Partial<typeof outside> = {}): string[] | undefined {
  return routeOf(manifests, { ...outside, ...to, path })?.destinations.map((to) => `${to.host}:${to.port}`);
}

describe('the listener', () => {
  const listener = (props?: Partial<MeshIngressProps>) => exposed(props).get('Gateway', 'edge').spec.servers[0];

  test('accepts nothing older than TLS 1.3', () => {
    expect(listener().tls.minProtocolVersion).toBe('TLSV1_3');
  });

  test('is HTTPS on port 443', () => {
    expect(listener().port).toMatchObject({ number: 443, protocol: 'HTTPS' });
  });

  test('is the only one', () => {
    expect(exposed().get('Gateway', 'edge').spec.servers).toHaveLength(1);
  });

  test('lets only routes of the ingress namespace attach to its hosts', () => {
    expect(listener({ otherHosts: [partners] }).hosts).toEqual([`coffee-shop/${host}`, `coffee-shop/${partners}`]);
  });

  test('shows the certificate of the named Secret', () => {
    expect(listener().tls.credentialName).toBe('coffee-tls');
  });

  test('asks clients for no certificate by default', () => {
    expect(listener().tls.mode).toBe('SIMPLE');
  });

  test('asks clients for a certificate if told to', () => {
    expect(listener({ clientCertificates: true }).tls.mode).toBe('MUTUAL');
  });

  test('keeps TLS 1.3 when it asks for client certificates', () => {
    expect(listener({ clientCertificates: true }).tls.minProtocolVersion).toBe('TLSV1_3');
  });

  test('lies in the namespace of the ingress', () => {
    expect(exposed().get('Gateway', 'edge').metadata.namespace).toBe('coffee-shop');
  });

  test('can be moved to another namespace', () => {
    const gateway = exposed({ gatewayNamespace: 'edges' }).get('Gateway', 'coffee-shop-edge');
    expect(gateway.metadata.namespace).toBe('edges');
  });

  test('carries its own namespace in its name there, where others may have an edge too', () => {
    const names = (gatewayNamespace?: string) =>
      exposed({ gatewayNamespace })
        .kind('Gateway')
        .map((g) => g.metadata.name);
    expect([names(), names('edges')]).toEqual([['edge'], ['coffee-shop-edge']]);
  });

  test('still finds its routes after it was moved', () => {
    const manifests = exposed({ gatewayNamespace: 'edges' });
    expect(behind(manifests, '/coffee.v1.Order/PlaceOrder', { gateway: 'edges/coffee-shop-edge' })).toBeDefined();
  });
});

describe('a certificate of cert-manager', () => {
  const managed = (props?: Partial<MeshIngressProps>) =>
    exposed({ certificate: TlsCertificate.fromCertManager({ issuer: 'letsencrypt' }), ...props });

  test('is asked for in the namespace of the gateway pods', () => {
    expect(managed().get('Certificate', 'coffee-shop-edge').metadata.namespace).toBe('istio-ingress');
  });

  test('stays beside the pods when the Gateway object is moved', () => {
    expect(managed({ gatewayNamespace: 'edges' }).get('Certificate', 'coffee-shop-edge').metadata.namespace).toBe(
      'istio-ingress',
    );
  });

  test('lies in the namespace of an own gateway', () => {
    const manifests = managed({ gateway: GatewayWorkload.own() });
    expect(manifests.get('Certificate', 'edge').metadata.namespace).toBe('coffee-shop');
  });

  test('shares no Secret with an ingress of that name in another namespace', () => {
    expect(managed().get('Certificate', 'coffee-shop-edge').spec.secretName).toBe('coffee-shop-edge-tls');
  });

  test('covers every host', () => {
    expect(managed({ otherHosts: [partners] }).get('Certificate', 'coffee-shop-edge').spec.dnsNames).toEqual([
      host,
      partners,
    ]);
  });

  test('comes from the named ClusterIssuer', () => {
    expect(managed().get('Certificate', 'coffee-shop-edge').spec.issuerRef).toMatchObject({
      kind: 'ClusterIssuer',
      name: 'letsencrypt',
    });
  });

  test('fills the Secret that the listener shows', () => {
    const manifests = managed();
    expect(manifests.get('Certificate', 'coffee-shop-edge').spec.secretName).toBe(
      manifests.get('Gateway', 'edge').spec.servers[0].tls.credentialName,
    );
  });

  test('is not written for a Secret that is there', () => {
    expect(exposed().kind('Certificate')).toEqual([]);
  });
});

describe('plaintext for development', () => {
  const plain = () => exposed({ insecurePlaintext: { reason: 'a laptop' } }).get('Gateway', 'edge');

  test('listens for HTTP on port 80', () => {
    expect(plain().spec.servers).toMatchObject([{ port: { number: 80, protocol: 'HTTP' } }]);
  });

  test('leaves its reason on the Gateway', () => {
    expect(plain().metadata.annotations).toHaveProperty(['opt-out.cdk8s-grpc-mesh/insecure-plaintext'], 'a laptop');
  });

  test('is not marked where TLS is on', () => {
    expect(JSON.stringify(exposed().all)).not.toContain('opt-out.cdk8s-grpc-mesh');
  });
});

describe.each([
  ['no gateway named', undefined, 'istio-ingress', { istio: 'ingress' }, 'istio-ingress'],
  ['helm()', GatewayWorkload.helm(), 'istio-ingress', { istio: 'ingress' }, 'istio-ingress'],
  ['a Helm release', GatewayWorkload.helm({ release: 'public' }), 'public', { istio: 'public' }, 'public'],
  [
    'a Helm release elsewhere',
    GatewayWorkload.helm({ release: 'istio-gw', namespace: 'edges' }),
    'edges',
    { istio: 'gw' },
    'istio-gw',
  ],
  [
    'istioctl()',
    GatewayWorkload.istioctl(),
    'istio-system',
    { istio: 'ingressgateway' },
    'istio-ingressgateway-service-account',
  ],
  [
    'istioctl() elsewhere',
    GatewayWorkload.istioctl({ namespace: 'edges' }),
    'edges',
    { istio: 'ingressgateway' },
    'istio-ingressgateway-service-account',
  ],
  [
    'pods()',
    GatewayWorkload.pods({ namespace: 'edges', labels: { app: 'gw' }, serviceAccountName: 'gw-id' }),
    'edges',
    { app: 'gw' },
    'gw-id',
  ],
])('the gateway pods of %s', (_, gateway, namespace, labels, serviceAccount) => {
  const principal = `cluster.local/ns/${namespace}/sa/${serviceAccount}`;

  test('are selected by their labels', () => {
    expect(exposed({ gateway }).get('Gateway', 'edge').spec.selector).toEqual(labels);
  });

  test('are admitted by their identity', () => {
    const { spec } = exposed({ gateway }).get('AuthorizationPolicy', 'order');
    expect(spec.rules.map((rule: { from: unknown }) => rule.from)).toEqual([[{ source: { principals: [principal] } }]]);
  });

  test('get through the network to the exposed port', () => {
    expect(exposed({ gateway }).get('NetworkPolicy', 'order').spec.ingress).toEqual([
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
            podSelector: { matchLabels: labels },
          },
        ],
        ports: [{ protocol: 'TCP', port: 50051 }],
      },
    ]);
  });

  test('are where the Secret of the certificate has to lie', () => {
    expect(ingress(coffeeShop().shop, { gateway }).gatewayPodsNamespace).toBe(namespace);
  });
});

test('the identity of the gateway is one of the trust domain of the mesh', () => {
  const { app, shop } = coffeeShop({ mesh: Mesh.istio({ trustDomain: 'acme.example' }) });
  ingress(shop).expose(order(shop));
  const principal = 'acme.example/ns/istio-ingress/sa/istio-ingress';
  const call = { namespace: 'coffee-shop', labels: { app: 'order' }, port: 50051, path: '/coffee.v1.Order/PlaceOrder' };
  expect(admits(Manifests.of(app), { ...call, principal })).toBe(true);
});

describe('exposing RPCs', () => {
  test('routes an exposed RPC to its service', () => {
    expect(behind(exposed(), '/coffee.v1.Order/PlaceOrder')).toEqual(['order.coffee-shop.svc.cluster.local:50051']);
  });

  test('leaves a request that names the port of the listener on the same route', () => {
    expect(behind(exposed(), '/coffee.v1.Order/PlaceOrder', { host: `${host}:443` })).toBeDefined();
  });

  test('leaves an RPC that is not exposed without a route', () => {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(order(shop), ['PlaceOrder']);
    expect(behind(Manifests.of(app), '/coffee.v1.Order/TrackOrder')).toBeUndefined();
  });

  test('leaves an RPC that no .proto knows without a route', () => {
    expect(behind(exposed(), '/coffee.v1.Order/DropTables')).toBeUndefined();
  });

  test('leaves a longer path without a route', () => {
    expect(behind(exposed(), '/coffee.v1.Order/PlaceOrder/')).toBeUndefined();
  });

  test('leaves other hosts without a route', () => {
    expect(behind(exposed(), '/coffee.v1.Order/PlaceOrder', { host: 'www.coffee.example' })).toBeUndefined();
  });

  test('gives no route to clients inside the mesh under the outer host', () => {
    expect(routeOf(exposed(), { ...inside, host, path: '/coffee.v1.Order/PlaceOrder' })).toBeUndefined();
  });

  test.each(paymentApi.methods)('without a list exposes $name', ({ path }) => {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(payment(shop));
    expect(behind(Manifests.of(app), path)).toEqual(['payment.coffee-shop.svc.cluster.local:50051']);
  });

  const infrastructure = [GrpcApi.health(), GrpcApi.reflection()];
  const serverMethods = infrastructure.flatMap(({ methods }) => methods);

  test.each(serverMethods)('without a list leaves out $path', ({ path }) => {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(order(shop, { apis: [paymentApi, ...infrastructure] }));
    expect(behind(Manifests.of(app), path)).toBeUndefined();
  });

  test('exposes a health check that is named', () => {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(order(shop, { apis: [paymentApi, ...infrastructure] }), ['grpc.health.v1.Health/Check']);
    expect(behind(Manifests.of(app), '/grpc.health.v1.Health/Check')).toBeDefined();
  });

  test('does not open a service whose name begins like that of an exposed one', () => {
    const { app, shop } = coffeeShop();
    const user = GrpcApi.of('shop.UserService', [{ name: 'Get' }]);
    const admin = GrpcApi.of('shop.UserServiceAdmin', [{ name: 'Get' }]);
    ingress(shop).expose(grpc(shop, 'users', user, admin), ['shop.UserService/Get']);
    expect(behind(Manifests.of(app), '/shop.UserServiceAdmin/Get')).toBeUndefined();
  });

  test('leads each of two APIs with like names to its own service', () => {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop);
    edge.expose(grpc(shop, 'users', GrpcApi.of('shop.UserService', [{ name: 'Get' }])));
    edge.expose(grpc(shop, 'admins', GrpcApi.of('shop.UserServiceAdmin', [{ name: 'Get' }])));
    expect(behind(Manifests.of(app), '/shop.UserServiceAdmin/Get')).toEqual([
      'admins.coffee-shop.svc.cluster.local:50051',
    ]);
  });

  test('adds up over several calls', () => {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop);
    const service = order(shop);
    edge.expose(service, ['PlaceOrder']);
    edge.expose(service, ['TrackOrder']);
    expect(behind(Manifests.of(app), '/coffee.v1.Order/PlaceOrder')).toBeDefined();
  });

  test('leads to the service of another team', () => {
    const { app, shop } = coffeeShop();
    const attributes = { name: 'billing', namespaceName: 'finance', apis: [paymentApi], port: 9000 };
    ingress(shop).expose(GrpcService.fromGrpcServiceAttributes(shop, 'billing', attributes), ['Charge']);
    expect(behind(Manifests.of(app), '/coffee.v1.Payment/Charge')).toEqual(['billing.finance.svc.cluster.local:9000']);
  });

  test('leads into another namespace of the app', () => {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(order(new ZeroTrustNamespace(app, 'kitchen')));
    expect(behind(Manifests.of(app), '/coffee.v1.Order/PlaceOrder')).toEqual(['order.kitchen.svc.cluster.local:50051']);
  });
});

describe('the exposed service', () => {
  const call = { principal: helmGateway, namespace: 'coffee-shop', labels: { app: 'payment' }, port: 50051 };

  function charged(): Manifests {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(payment(shop), ['Charge', 'WatchCharges']);
    return Manifests.of(app);
  }

  test('admits the gateway to exactly the exposed RPCs', () => {
    const manifests = charged();
    const open = paymentApi.methods.filter(({ path }) => admits(manifests, { ...call, path }));
    expect(open.map(({ name }) => name)).toEqual(['Charge', 'WatchCharges']);
  });

  test('admits nobody else of the gateway namespace', () => {
    const principal = 'cluster.local/ns/istio-ingress/sa/default';
    expect(admits(charged(), { ...call, principal, path: '/coffee.v1.Payment/Charge' })).toBe(false);
  });

  test('admits the gateway on no other port', () => {
    expect(admits(charged(), { ...call, port: 9090, path: '/coffee.v1.Payment/Charge' })).toBe(false);
  });

  test('takes nothing but POST from the gateway', () => {
    expect(admits(charged(), { ...call, method: 'GET', path: '/coffee.v1.Payment/Charge' })).toBe(false);
  });

  test('gives the gateway nothing of what its callers inside may do', () => {
    const { app, shop } = coffeeShop();
    const server = payment(shop);
    ingress(shop).expose(server, ['Charge']);
    order(shop).calls(server, ['Refund']);
    expect(admits(Manifests.of(app), { ...call, path: '/coffee.v1.Payment/Refund' })).toBe(false);
  });
});

describe('the call policy at the ingress', () => {
  const callPolicies = {
    Charge: { deadline: Duration.seconds(2), retry: RetryPolicy.never() },
    ListCharges: { deadline: Duration.millis(1500), retry: RetryPolicy.idempotent({ attempts: 4 }) },
  };

  function policies(props = {}) {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(payment(shop, props));
    const manifests = Manifests.of(app);
    const server = { ...inside, host: 'payment.coffee-shop.svc.cluster.local' };
    return (path: string) => ({
      inside: routeOf(manifests, { ...server, path }),
      outside: routeOf(manifests, { ...outside, path }),
    });
  }

  test.each(paymentApi.methods)('has the deadline of the mesh for $name', ({ path }) => {
    const { inside, outside } = policies()(path);
    expect(outside?.timeout).toBe(inside?.timeout);
  });

  test.each(paymentApi.methods)('has the retries of the mesh for $name', ({ path }) => {
    const { inside, outside } = policies()(path);
    expect(outside?.retries).toEqual(inside?.retries);
  });

  test('gives a unary RPC a deadline', () => {
    expect(policies()('/coffee.v1.Payment/Charge').outside?.timeout).toBe('30s');
  });

  test.each(paymentApi.methods.filter(({ isStreaming }) => isStreaming))(
    'never limits the stream $name',
    ({ path }) => {
      expect(policies()(path).outside).toMatchObject({ timeout: undefined });
    },
  );

  test('follows a deadline that was set for one RPC', () => {
    expect(policies({ callPolicies })('/coffee.v1.Payment/ListCharges').outside?.timeout).toBe('1500ms');
  });

  test('follows retries that were set for one RPC', () => {
    expect(policies({ callPolicies })('/coffee.v1.Payment/Charge').outside?.retries).toEqual({ attempts: 0 });
  });

  test('never repeats RPCs of which no .proto is known', () => {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(frontend(shop, [MeshPort.grpc(9000)]));
    const routed = routeOf(Manifests.of(app), { ...outside, path: '/some.Api/Call' });
    expect(routed?.retries).toEqual({ attempts: 0 });
  });
});

describe('several hosts', () => {
  const both = [host, partners];

  test.each(both)('without a choice an RPC is exposed on %s', (name) => {
    const manifests = exposed({ otherHosts: [partners] });
    expect(behind(manifests, '/coffee.v1.Order/PlaceOrder', { host: name })).toBeDefined();
  });

  test('an RPC of one host has no route on the other', () => {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop, { otherHosts: [partners] });
    const service = order(shop);
    edge.expose(service, ['PlaceOrder'], { host });
    edge.expose(service, ['TrackOrder'], { host: partners });
    expect(behind(Manifests.of(app), '/coffee.v1.Order/PlaceOrder', { host: partners })).toBeUndefined();
  });

  test('one path of two hosts can lead to two services', () => {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop, { otherHosts: [partners] });
    edge.expose(order(shop), ['PlaceOrder'], { host });
    edge.expose(grpc(shop, 'legacy', GrpcApi.of('coffee.v1.Order', [{ name: 'PlaceOrder' }])), undefined, {
      host: partners,
    });
    expect(behind(Manifests.of(app), '/coffee.v1.Order/PlaceOrder', { host: partners })).toEqual([
      'legacy.coffee-shop.svc.cluster.local:50051',
    ]);
  });

  test('a wildcard serves every name below it', () => {
    const manifests = exposed({ host: '*.coffee.example' });
    expect(behind(manifests, '/coffee.v1.Order/PlaceOrder', { host: 'eu.coffee.example' })).toBeDefined();
  });
});

describe('several ingresses for one service', () => {
  function twoDoors(): Manifests {
    const { app, shop } = coffeeShop();
    const service = order(shop);
    ingress(shop).expose(service, ['PlaceOrder']);
    const gateway = GatewayWorkload.istioctl();
    ingress(shop, { host: partners, gateway }, 'partners').expose(service, ['TrackOrder']);
    return Manifests.of(app);
  }
  const call = { namespace: 'coffee-shop', labels: { app: 'order' }, port: 50051 };
  const istioctl = 'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account';

  test('each leads in by its own Gateway', () => {
    const to = { gateway: 'coffee-shop/partners', host: partners };
    expect(behind(twoDoors(), '/coffee.v1.Order/TrackOrder', to)).toBeDefined();
  });

  test('each leads to its own RPCs only', () => {
    const to = { gateway: 'coffee-shop/partners', host: partners };
    expect(behind(twoDoors(), '/coffee.v1.Order/PlaceOrder', to)).toBeUndefined();
  });

  test('the service admits each gateway to its RPCs', () => {
    expect(admits(twoDoors(), { ...call, principal: istioctl, path: '/coffee.v1.Order/TrackOrder' })).toBe(true);
  });

  test('the service admits no gateway to the RPCs of the other', () => {
    expect(admits(twoDoors(), { ...call, principal: istioctl, path: '/coffee.v1.Order/PlaceOrder' })).toBe(false);
  });
});

describe('exposing plain HTTP', () => {
  const paths = ['/', '/static/', '/static/app.js', '/static/css/', '/login'];

  function site(order: string[] = paths): Manifests {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop);
    const services = paths.map((path, i) => {
      const workload = Workload.image('ghcr.io/acme/site:1.0.0');
      return [path, new MeshService(shop, `site-${i}`, { workload, ports: [MeshPort.http(8080)] })] as const;
    });
    const servers = new Map(services);
    for (const path of order) edge.expose(servers.get(path) as MeshService, [path]);
    return Manifests.of(app);
  }
  const owner = (path: string) => [`site-${paths.indexOf(path)}.coffee-shop.svc.cluster.local:8080`];

  test.each([
    ['an exact path', '/login', '/login'],
    ['what only begins like an exact path', '/login/again', '/'],
    ['everything below a prefix', '/static/logo.svg', '/static/'],
    ['the longer of two prefixes', '/static/css/main.css', '/static/css/'],
    ['an exact path below a prefix', '/static/app.js', '/static/app.js'],
    ['a prefix without its slash', '/static', '/'],
    ['anything else', '/about', '/'],
    ['the root', '/', '/'],
  ])('leads %s to the server of the closest path', (_, asked, path) => {
    expect(behind(site(), asked)).toEqual(owner(path));
  });

  test('writes the same routes whatever was exposed first', () => {
    expect(JSON.stringify(site([...paths].reverse()).all)).toBe(JSON.stringify(site().all));
  });

  test('leaves RPCs with their service although everything leads to another', () => {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop);
    edge.expose(frontend(shop), ['/']);
    edge.expose(order(shop));
    expect(behind(Manifests.of(app), '/coffee.v1.Order/PlaceOrder')).toEqual([
      'order.coffee-shop.svc.cluster.local:50051',
    ]);
  });

  test('without a list opens the whole port', () => {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(frontend(shop));
    expect(behind(Manifests.of(app), '/any/thing')).toEqual(['frontend.coffee-shop.svc.cluster.local:8080']);
  });

  test('of one of several ports leads to that port', () => {
    const { app, shop } = coffeeShop();
    const service = frontend(shop, [MeshPort.http(8080), MeshPort.http(9090, { name: 'admin' })]);
    ingress(shop).expose(service, ['/'], { port: 'http-admin' });
    expect(behind(Manifests.of(app), '/')).toEqual(['frontend.coffee-shop.svc.cluster.local:9090']);
  });

  test('leads an HTTP port of a gRPC server to that port, even for a path like an RPC', () => {
    const { app, shop } = coffeeShop();
    const service = order(shop, { ports: [MeshPort.http(8080)] });
    ingress(shop).expose(service, ['/coffee.v1.Order/PlaceOrder'], { port: 'http' });
    expect(behind(Manifests.of(app), '/coffee.v1.Order/PlaceOrder')).toEqual([
      'order.coffee-shop.svc.cluster.local:8080',
    ]);
  });

  test('sets no deadline, since a download may take long', () => {
    expect(routeOf(site(), { ...outside, path: '/static/film.mp4', method: 'GET' })).toMatchObject({
      timeout: undefined,
    });
  });

  test.each([
    ['/login', true],
    ['/login/again', false],
    ['/static/app.js', true],
    ['/static', false],
  ])('admits the gateway to %s: %s', (path, admitted) => {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(frontend(shop), ['/login', '/static/']);
    const call = { principal: helmGateway, namespace: 'coffee-shop', labels: { app: 'frontend' }, port: 8080 };
    expect(admits(Manifests.of(app), { ...call, method: 'GET', path })).toBe(admitted);
  });
});

test('a host that is taken is refused with the ingress that has it', () => {
  const { shop } = coffeeShop();
  ingress(shop);
  const { message } = refusal(() => ingress(shop, { otherHosts: [] }, 'second'));
  expect(message).toContain("edge.expose(order, ['PlaceOrder'])");
});

describe('input that is wrong', () => {
  const longHost = (last: number) => [...Array(4).fill('a'.repeat(60)), 'a'.repeat(last)].join('.');
  type Attempt = (shop: ZeroTrustNamespace) => unknown;
  const bare = (props: Omit<MeshIngressProps, 'host'>) => (shop: ZeroTrustNamespace) =>
    new MeshIngress(shop, 'edge', { host, ...props });
  const on =
    (name: string, ...others: string[]) =>
    (shop: ZeroTrustNamespace) =>
      ingress(shop, { host: name, otherHosts: others });
  const reason = 'a laptop';

  test.each<[string, string, Attempt]>([
    ['an ingress without certificate', 'NoCertificate', bare({})],
    ['client certificates without a certificate of its own', 'NoCertificate', bare({ clientCertificates: true })],
    [
      'a certificate of a plaintext ingress',
      'PlaintextWithCertificate',
      bare({ certificate, insecurePlaintext: { reason } }),
    ],
    [
      'client certificates on plaintext',
      'PlaintextWithCertificate',
      bare({ clientCertificates: true, insecurePlaintext: { reason } }),
    ],
    ['plaintext without a reason', 'NoReason', bare({ insecurePlaintext: { reason: ' ' } })],
    ['an empty host', 'EmptyHosts', on('')],
    ['an empty further host', 'EmptyHosts', on(host, ' ')],
    ['a host with a scheme', 'InvalidHost', on('https://api.coffee.example')],
    ['a host with a port', 'InvalidHost', on('api.coffee.example:443')],
    ['a bare wildcard', 'InvalidHost', on('*')],
    ['a wildcard within a label', 'InvalidHost', on('api-*.coffee.example')],
    ['a host in capitals', 'InvalidHost', on('API.coffee.example')],
    ['a host of one label', 'InvalidHost', on('api')],
    ['a host listed twice', 'DuplicateHost', on(host, partners, host)],
    ['a host too long for the name of its routes', 'NameTooLong', on(longHost(5))],
    ['a wildcard too long for the name of its routes', 'NameTooLong', on(`*.${longHost(5).slice(9)}`)],
    ['an address', 'InvalidHost', on('10.0.0.1')],
    [
      'a host that another ingress serves at the same pods',
      'HostTaken',
      (shop) => [ingress(shop), ingress(shop, { otherHosts: [] }, 'second')],
    ],
    [
      'a namespace for the Gateway that is not a name',
      'InvalidName',
      (shop) => ingress(shop, { gatewayNamespace: 'Edges' }),
    ],
    ['an id that is not a name', 'InvalidName', (shop) => ingress(shop, {}, 'Edge_1')],
    ['an id that is there already', 'DuplicateObject', (shop) => [order(shop), ingress(shop, {}, 'order')]],
    ['an ingress outside a namespace', 'NoNamespace', () => new MeshIngress(new App(), 'edge', { host, certificate })],
    [
      'a host that the ingress does not serve',
      'UnknownHost',
      (shop) => ingress(shop).expose(order(shop), ['PlaceOrder'], { host: 'api.cofee.example' }),
    ],
    ['an RPC that is not there', 'UnknownMethod', (shop) => ingress(shop).expose(order(shop), ['PlaceOrdre'])],
    ['an empty list', 'NoOperations', (shop) => ingress(shop).expose(order(shop), [])],
    ['a TCP port', 'NothingToRoute', (shop) => ingress(shop).expose(frontend(shop, [MeshPort.tcp(6379)]))],
    ['a service without ports', 'UnknownPort', (shop) => ingress(shop).expose(frontend(shop, []))],
    [
      'one path for two services',
      'PathTaken',
      (shop) => {
        const edge = ingress(shop);
        edge.expose(frontend(shop), ['/login']);
        edge.expose(order(shop, { ports: [MeshPort.http(8080)] }), ['/login'], { port: 'http' });
      },
    ],
  ])('%s is refused', (_, code, attempt) => {
    expect(refusal(() => attempt(coffeeShop().shop)).code).toBe(code);
  });

  test.each<[string, Attempt]>([
    ['an ingress with a certificate', bare({ certificate })],
    ['client certificates beside a certificate', bare({ certificate, clientCertificates: true })],
    ['plaintext with a reason', bare({ insecurePlaintext: { reason } })],
    ['a wildcard as the first label', on('*.coffee.example')],
    ['two hosts', on(host, partners)],
    ['a long host', on(longHost(4))],
    ['a long wildcard', on(`*.${longHost(4).slice(9)}`)],
    [
      'a host that another ingress serves at other pods',
      (shop) => [ingress(shop), ingress(shop, { gateway: GatewayWorkload.istioctl() }, 'second')],
    ],
    [
      'a host that another ingress serves at other pods of one namespace',
      (shop) =>
        ['public', 'private'].map((app) =>
          ingress(
            shop,
            { gateway: GatewayWorkload.pods({ namespace: 'edges', labels: { app }, serviceAccountName: app }) },
            app,
          ),
        ),
    ],
    [
      'a host served in plaintext too',
      (shop) => [ingress(shop), ingress(shop, { insecurePlaintext: { reason } }, 'second')],
    ],
    [
      'one of its hosts',
      (shop) => ingress(shop, { otherHosts: [partners] }).expose(order(shop), ['PlaceOrder'], { host: partners }),
    ],
    [
      'two paths for two services',
      (shop) => {
        const edge = ingress(shop);
        edge.expose(frontend(shop), ['/login']);
        edge.expose(order(shop, { ports: [MeshPort.http(8080)] }), ['/logout'], { port: 'http' });
      },
    ],
  ])('%s is accepted', (_, attempt) => {
    expect(() => attempt(coffeeShop().shop)).not.toThrow();
  });

  test('a misspelt host is answered with the one that was meant', () => {
    const { shop } = coffeeShop();
    const attempt = () => ingress(shop).expose(order(shop), ['PlaceOrder'], { host: 'api.cofee.example' });
    expect(refusal(attempt).message).toContain(`Did you mean '${host}'?`);
  });
});

describe('a host on which nothing is exposed', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'mesh-ingress-'));
  afterAll(() => rmSync(outdir, { recursive: true }));

  function idle(): App {
    const app = new App({ outdir });
    const shop = new ZeroTrustNamespace(app, 'coffee-shop');
    ingress(shop, { otherHosts: [partners] }).expose(order(shop), ['PlaceOrder'], { host });
    return app;
  }

  test('is refused at synth', () => {
    expect(() => idle().synth()).toThrow(`coffee-shop/edge (MeshIngress): nothing is exposed on ${partners}.`);
  });

  test('is refused by its stable code', () => {
    expect(() => idle().synth()).toThrow('[NothingExposed]');
  });

  test('leaves no YAML behind', () => {
    expect(() => idle().synth()).toThrow();
    expect(existsSync(outdir) ? readdirSync(outdir) : []).toEqual([]);
  });

  test('is no reason to refuse hosts that are used', () => {
    const app = new App({ outdir });
    const shop = new ZeroTrustNamespace(app, 'coffee-shop');
    ingress(shop, { otherHosts: [partners] }).expose(order(shop), ['PlaceOrder']);
    expect(() => app.synthYaml()).not.toThrow();
  });
});

describe('any exposures of any services in any order', () => {
  const hosts = [host, partners];
  // Names that begin alike, where a careless prefix would open a door.
  const apis = ['a.User', 'a.UserAdmin', 'a.b.User', 'User'].map((name) =>
    GrpcApi.of(name, [{ name: 'Get' }, { name: 'GetAll' }, { name: 'Watch', streaming: Streaming.SERVER }]),
  );
  const httpPaths = ['/a', '/a/', '/a/b', '/a/b/', '/a.User/', '/ab', '/ab/', '/'];
  const rpcs = apis.flatMap(({ methods }, server) => methods.map(({ path, name }) => ({ path, name, server })));
  const everyPath = [...rpcs.map(({ path }) => path), ...httpPaths, '/a/c', '/a/b/c', '/a.User/Other', '/abc', '/b'];

  interface Door {
    readonly host: string;
    readonly path: string;
    readonly server: string;
  }
  const rpcDoor = fc
    .constantFrom(...rpcs)
    .map(({ path, name, server }) => ({ path, operation: name, server: `grpc-${server}` }));
  const httpDoor = fc
    .record({ path: fc.constantFrom(...httpPaths), server: fc.constantFrom('http-0', 'http-1') })
    .map(({ path, server }) => ({ path, operation: path, server }));
  const door = fc
    .record({ host: fc.constantFrom(...hosts), opened: fc.oneof(rpcDoor, httpDoor) })
    .map(({ host, opened }) => ({ host, ...opened }));
  const doors = fc.uniqueArray(door, { minLength: 1, maxLength: 12, selector: ({ host, path }) => `${host} ${path}` });
  const shuffled = doors.chain((some) =>
    fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
  );

  function render(some: (Door & { operation: string })[]): Manifests {
    const { app, shop } = coffeeShop();
    const [first, ...otherHosts] = hosts.filter((name) => some.some(({ host }) => host === name));
    const edge = ingress(shop, { host: first, otherHosts });
    const servers = new Map<string, MeshService>();
    apis.forEach((api, i) => {
      servers.set(`grpc-${i}`, grpc(shop, `grpc-${i}`, api));
    });
    for (const id of ['http-0', 'http-1']) {
      const workload = Workload.image('ghcr.io/acme/site:1.0.0');
      servers.set(id, new MeshService(shop, id, { workload, ports: [MeshPort.http(8080)] }));
    }
    for (const { host, server, operation } of some) {
      edge.expose(servers.get(server) as MeshService, [operation], { host });
    }
    return Manifests.of(app);
  }

  // The exact path, otherwise the longest one with a slash at its end that the request begins with.
  function expected(some: Door[], asked: { host: string; path: string }): string | undefined {
    const here = some.filter(({ host }) => host === asked.host);
    const exact = here.find(({ path }) => path === asked.path);
    const below = here
      .filter(({ path }) => path.endsWith('/') && asked.path.startsWith(path))
      .sort((a, b) => b.path.length - a.path.length);
    return (exact ?? below[0])?.server;
  }

  test('lead each exposed path to its own service, and no other path anywhere', () => {
    fc.assert(
      fc.property(doors, (some) => {
        const manifests = render(some);
        const asked = hosts.flatMap((host) => everyPath.map((path) => ({ host, path })));
        const routed = asked.map((to) => routeOf(manifests, { ...outside, ...to })?.destinations[0].host.split('.')[0]);
        expect(routed).toEqual(asked.map((to) => expected(some, to)));
      }),
      { numRuns: 40 },
    );
  });

  test('admit the gateway to each server for its own paths, and no others', () => {
    fc.assert(
      fc.property(doors, (some) => {
        const manifests = render(some);
        const asked = rpcs.map(({ path, server }) => ({ path, labels: { app: `grpc-${server}` } }));
        const call = { principal: helmGateway, namespace: 'coffee-shop', port: 50051 };
        const open = new Set(some.map(({ server, path }) => `${server} ${path}`));
        expect(asked.map((to) => admits(manifests, { ...call, ...to }))).toEqual(
          asked.map(({ path, labels }) => open.has(`${labels.app} ${path}`)),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('give the same YAML in any order', () => {
    fc.assert(
      fc.property(shuffled, ([some, reordered]) => {
        expect(JSON.stringify(render(reordered).all)).toBe(JSON.stringify(render(some).all));
      }),
      { numRuns: 20 },
    );
  });
});

test('an own gateway is known by the trust domain of its own mesh', () => {
  const app = new App();
  const mesh = (trustDomain: string) => ({ mesh: Mesh.istio({ trustDomain }) });
  const outside = new ZeroTrustNamespace(app, 'outside', mesh('edge.example'));
  const inside = new ZeroTrustNamespace(app, 'inside', mesh('core.example'));
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  const ingress = new MeshIngress(outside, 'edge', { host, certificate, gateway: GatewayWorkload.own() });
  ingress.expose(payment(inside), ['Charge']);
  const [rule] = Manifests.of(app).get('AuthorizationPolicy', 'payment').spec.rules;
  expect(rule.from[0].source.principals).toEqual(['edge.example/ns/outside/sa/edge']);
});

test('a call that the gateway may execute twice leaves its reason on the routes of the hosts that expose it', () => {
  const { app, shop } = coffeeShop();
  const retry = RetryPolicy.dangerouslyRepeatExecuted({
    statuses: [RetryableStatus.UNAVAILABLE],
    reason: 'deduplicated',
  });
  const service = payment(shop, { callPolicies: { Charge: { retry } } });
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  const ingress = new MeshIngress(shop, 'edge', { host, otherHosts: ['partners.example'], certificate });
  ingress.expose(service, ['Charge'], { host });
  ingress.expose(service, ['Refund'], { host: 'partners.example' });
  const mark = (of: string) =>
    Manifests.of(app).get('VirtualService', `edge-${of}`).metadata.annotations?.[
      'opt-out.cdk8s-grpc-mesh/dangerously-repeat-executed'
    ];
  expect([mark(host), mark('partners.example')]).toEqual(['Charge: deduplicated', undefined]);
});
