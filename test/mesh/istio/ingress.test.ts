import { Duration } from 'cdk8s';
import {
  GrpcApi,
  GrpcService,
  GrpcWebGateway,
  MeshIngress,
  type MeshIngressProps,
  MeshPort,
  MeshService,
  TlsCertificate,
  Workload,
  type ZeroTrustNamespace,
} from '../../../src';
import { Manifests } from '../../support/manifests';
import { routeOf } from '../../support/routes';
import { coffeeShop, orderApi, payment, paymentApi } from '../../support/shop';

const host = 'api.coffee.example';

function ingress(shop: ZeroTrustNamespace, props: Partial<MeshIngressProps> = {}): MeshIngress {
  return new MeshIngress(shop, 'edge', { host, certificate: TlsCertificate.fromSecret('coffee-tls'), ...props });
}

interface Named {
  readonly name: string;
  readonly match: { readonly uri: Record<string, string> }[];
}

/** The routes of the only host. */
function routes(
  say: (shop: ZeroTrustNamespace, edge: MeshIngress) => void,
  props?: Partial<MeshIngressProps>,
): Named[] {
  const { app, shop } = coffeeShop();
  say(shop, ingress(shop, props));
  return Manifests.of(app).get('VirtualService', `edge-${host}`).spec.http;
}

const names = (all: Named[]) => all.map(({ name }) => name);

describe('the routes of a host', () => {
  test('are one for each distinct call policy of an API', () => {
    expect(names(routes((shop, edge) => edge.expose(payment(shop))))).toEqual([
      'coffee.v1.Payment/unary',
      'coffee.v1.Payment/unary-idempotent',
      'coffee.v1.Payment/streaming',
    ]);
  });

  test('are named after the RPC that has a policy of its own', () => {
    const callPolicies = { Charge: { deadline: Duration.seconds(2) } };
    const all = routes((shop, edge) => edge.expose(payment(shop, { callPolicies }), ['Charge']));
    expect(names(all)).toEqual(['coffee.v1.Payment/Charge']);
  });

  test('match RPCs by their whole path', () => {
    const uris = routes((shop, edge) => edge.expose(payment(shop))).flatMap(({ match }) => match.map(({ uri }) => uri));
    expect(uris).toEqual(expect.arrayContaining(paymentApi.methods.map(({ path }) => ({ exact: path }))));
  });

  test('match nothing but the path, since a preflight has neither the method nor the headers of its call', () => {
    const all = routes((shop, edge) => {
      const web = new GrpcWebGateway(shop, 'web', { ingress: edge, origins: ['https://coffee.example'] });
      web.expose(payment(shop), ['Charge', 'Refund', 'WatchCharges']);
    });
    const fields = all.flatMap(({ match }) => match.flatMap((one) => Object.keys(one)));
    expect(new Set(fields)).toEqual(new Set(['uri']));
  });

  test('stand in the order RPCs, exact paths, longest prefix, everything', () => {
    const all = routes((shop, edge) => {
      const workload = Workload.image('ghcr.io/acme/site:1.0.0');
      const site = new MeshService(shop, 'site', { workload, ports: [MeshPort.http(8080)] });
      edge.expose(site, ['/', '/a/', '/a/b/', '/x', '/login', '/a/b/c']);
      edge.expose(payment(shop), ['Charge']);
    });
    expect(names(all)).toEqual(['coffee.v1.Payment/unary', '/a/b/c', '/login', '/x', '/a/b/', '/a/', '/']);
  });

  test('are named after the API of their RPCs', () => {
    const apis = [orderApi, GrpcApi.of('coffee.v1.Menu', [{ name: 'Print' }])];
    const all = routes((shop, edge) => edge.expose(payment(shop, { apis }), ['Print', 'PlaceOrder']));
    expect(names(all)).toEqual(['coffee.v1.Menu/unary', 'coffee.v1.Order/unary']);
  });

  test('keep two RPCs of one API apart that two servers serve', () => {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop);
    const tea = { workload: Workload.image('ghcr.io/acme/tea:1.0.0'), apis: [paymentApi], port: 9000 };
    edge.expose(payment(shop), ['Charge']);
    edge.expose(new GrpcService(shop, 'tea', tea), ['Refund']);
    const to = { gateway: 'coffee-shop/edge', host, path: '/coffee.v1.Payment/Refund' };
    expect(routeOf(Manifests.of(app), to)?.destinations).toMatchObject([
      { host: 'tea.coffee-shop.svc.cluster.local', port: 9000 },
    ]);
  });

  test('keep two sets of origins apart within one API', () => {
    const { app, shop } = coffeeShop();
    const edge = ingress(shop);
    const server = payment(shop);
    const web = (id: string) => new GrpcWebGateway(shop, id, { ingress: edge, origins: [`https://${id}.example`] });
    web('shop').expose(server, ['Charge']);
    web('office').expose(server, ['Refund']);
    const routed = routeOf(Manifests.of(app), { gateway: 'coffee-shop/edge', host, path: '/coffee.v1.Payment/Refund' });
    expect(routed?.corsPolicy?.allowOrigins).toEqual([{ exact: 'https://office.example' }]);
  });

  test('of a wildcard have a name that Kubernetes takes', () => {
    const { app, shop } = coffeeShop();
    ingress(shop, { host: '*.coffee.example' }).expose(payment(shop));
    expect(Manifests.of(app).get('VirtualService', 'edge-wildcard.coffee.example').spec.hosts).toEqual([
      '*.coffee.example',
    ]);
  });

  test('lie in the namespace of the ingress wherever the Gateway lies', () => {
    const { app, shop } = coffeeShop();
    ingress(shop, { gatewayNamespace: 'edges' }).expose(payment(shop));
    expect(Manifests.of(app).get('VirtualService', `edge-${host}`).metadata.namespace).toBe('coffee-shop');
  });

  test('are for the gateway only, not for clients inside', () => {
    const { app, shop } = coffeeShop();
    ingress(shop).expose(payment(shop));
    expect(Manifests.of(app).get('VirtualService', `edge-${host}`).spec.gateways).toEqual(['coffee-shop/edge']);
  });
});

test('an RPC without package is exposed by its path', () => {
  const { app, shop } = coffeeShop();
  const apis = [GrpcApi.of('Greeter', [{ name: 'Hello' }])];
  ingress(shop).expose(
    new GrpcService(shop, 'greeter', { workload: Workload.image('ghcr.io/acme/greeter:1.0.0'), apis }),
  );
  const routed = routeOf(Manifests.of(app), { gateway: 'coffee-shop/edge', host, path: '/Greeter/Hello' });
  expect(routed?.destinations).toMatchObject([{ host: 'greeter.coffee-shop.svc.cluster.local' }]);
});
