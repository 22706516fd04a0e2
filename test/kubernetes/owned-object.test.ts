import { ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshService, Workload, ZeroTrustNamespace } from '../../src';
import { Manifests } from '../support/manifests';
import { type Program, refused, written } from '../support/program';
import { coffeeShop, order, payment } from '../support/shop';

const service = (scope: Construct, id: string) => new MeshService(scope, id, { workload: Workload.image('web:1') });

describe('every object of ours', () => {
  const objects = () => {
    const { app, shop } = coffeeShop();
    order(shop).calls(payment(new Construct(shop, 'money')), ['Charge']);
    return Manifests.of(app).all;
  };

  test('says which construct it comes from', () => {
    const origins = objects().filter(({ metadata }) => metadata.name === 'payment');
    expect(new Set(origins.map(({ metadata }) => metadata.annotations?.['cdk8s-grpc-mesh/construct']))).toEqual(
      new Set(['coffee-shop/money/payment']),
    );
  });

  test('carries no opt-out that nobody asked for', () => {
    const annotations = objects().flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {}));
    expect(annotations.filter((name) => name.startsWith('opt-out.'))).toEqual([]);
  });

  test('is named after its construct and nothing else', () => {
    expect(new Set(objects().map(({ metadata }) => metadata.name))).toEqual(
      new Set([
        'coffee-shop',
        'default',
        'allow-nothing',
        'default-deny',
        'allow-dns',
        'allow-control-plane',
        'order',
        'payment',
      ]),
    );
  });
});

describe('an escape hatch', () => {
  test('on a VirtualService writes what we have no word for', () => {
    const { app, shop } = coffeeShop();
    const routes = payment(shop).node.findChild('VirtualService');
    ApiObject.of(routes).addJsonPatch(JsonPatch.add('/spec/http/0/mirror', { host: 'payment-shadow' }));
    expect(Manifests.of(app).get('VirtualService', 'payment').spec.http[0].mirror).toEqual({ host: 'payment-shadow' });
  });

  test('is there for every object of a service, by its kind', () => {
    const { shop } = coffeeShop();
    const children = payment(shop).node.children.map(({ node }) => node.id);
    expect(children).toEqual([
      'ServiceAccount',
      'Service',
      'DestinationRule',
      'VirtualService',
      'AuthorizationPolicy',
      'NetworkPolicy',
      'Sidecar',
      'PodDisruptionBudget',
      'Deployment',
    ]);
  });
});

describe('a name that is taken', () => {
  const inShop =
    (use: (shop: ZeroTrustNamespace) => void): Program =>
    (app) =>
      use(new ZeroTrustNamespace(app, 'coffee-shop'));

  test.each<[string, Program]>([
    [
      'by a construct beside it',
      inShop((shop) => {
        service(shop, 'web');
        service(shop, 'web');
      }),
    ],
    [
      'by a service under another construct',
      inShop((shop) => {
        service(new Construct(shop, 'a'), 'web');
        service(new Construct(shop, 'b'), 'web');
      }),
    ],
    ['by the Sidecar of the namespace', inShop((shop) => service(shop, 'default'))],
    ['by the AuthorizationPolicy of the namespace', inShop((shop) => service(shop, 'allow-nothing'))],
    ['by a NetworkPolicy of the namespace', inShop((shop) => service(shop, 'default-deny'))],
  ])('%s is refused at once', (_, program) => {
    expect(refused(program).code).toBe('DuplicateObject');
  });

  test('is reported with the path of the first object', () => {
    const error = refused(
      inShop((shop) => {
        service(new Construct(shop, 'a'), 'web');
        service(new Construct(shop, 'b'), 'web');
      }),
    );
    expect(error.message).toMatch(/^coffee-shop\/b\/web\/\w+: .*\n'coffee-shop\/a\/web\/\w+' wrote the first one/);
  });

  test.each<[string, Program]>([
    [
      'in another namespace',
      (app) => {
        service(new ZeroTrustNamespace(app, 'coffee-shop'), 'web');
        service(new ZeroTrustNamespace(app, 'roastery'), 'web');
      },
    ],
    [
      'but for one letter',
      inShop((shop) => {
        service(new Construct(shop, 'a'), 'web');
        service(new Construct(shop, 'b'), 'web2');
      }),
    ],
  ])('%s is free', (_, program) => {
    expect(Object.keys(written(program))).toContain('coffee-shop.k8s.yaml');
  });

  test('in another App is free', () => {
    const names = [coffeeShop(), coffeeShop()].map(({ shop }) => service(shop, 'web').serviceName);
    expect(names).toEqual(['web', 'web']);
  });
});
