import {
  GatewayWorkload,
  GrpcApi,
  GrpcService,
  MeshIngress,
  MeshPort,
  MeshService,
  TlsCertificate,
  Workload,
  ZeroTrustNamespace,
} from '../../src';
import { refusal } from '../support/refusal';
import { coffeeShop } from '../support/shop';

const api = GrpcApi.of('demo.S', [{ name: 'X' }]);

function second(labels: Record<string, string>, serviceAccountName: string): () => GrpcService {
  const { shop } = coffeeShop();
  new GrpcService(shop, 'first', { workload: Workload.labels({ app: 'pods', tier: 'back' }, 'pods'), apis: [api] });
  return () => new GrpcService(shop, 'second', { workload: Workload.labels(labels, serviceAccountName), apis: [api] });
}

test('two services of the same pods are refused, in whatever order their labels stand', () => {
  expect(refusal(second({ tier: 'back', app: 'pods' }, 'others')).code).toBe('SharedPods');
});

test.each<Record<string, string>>([{ app: 'pods' }, { app: 'pods', tier: 'back', version: '1' }])(
  'two services of which one has some pods of the other are refused: %o',
  (labels) => {
    const error = refusal(second(labels, 'others'));
    expect([error.code, error.message]).toEqual(['SharedPods', expect.stringContaining('coffee-shop/first')]);
  },
);

test.each([
  { app: 'pods', tier: 'front' },
  { tier: 'back', app: 'others' },
])('two services with one label in common and another one that differs are accepted: %o', (labels) => {
  expect(second(labels, 'others')).not.toThrow();
});

test.each([
  ['before', 0],
  ['after', 1],
])('one version of the pods of an image is not another service, declared %s it', (_, first) => {
  const { shop } = coffeeShop();
  const services = [
    () => new MeshService(shop, 'part', { workload: Workload.labels({ app: 'a', version: '1' }, 'part') }),
    () => new MeshService(shop, 'a', { workload: Workload.image('a:1') }),
  ];
  services[first]();
  expect(refusal(services[1 - first]).code).toBe('SharedPods');
});

test('pods of other namespaces are others, whatever their labels', () => {
  const { app, shop } = coffeeShop();
  const service = (home: ZeroTrustNamespace) =>
    new MeshService(home, 'a', { workload: Workload.labels({ app: 'a' }, 'a') });
  expect(() => [service(shop), service(new ZeroTrustNamespace(app, 'roastery'))]).not.toThrow();
});

describe('an own gateway', () => {
  const beside = (labels: Record<string, string>, serviceAccountName: string) => () => {
    const { shop } = coffeeShop();
    new MeshIngress(shop, 'edge', {
      host: 'api.coffee.example',
      certificate: TlsCertificate.fromSecret('tls'),
      gateway: GatewayWorkload.own(),
    });
    return new MeshService(shop, 'web', { workload: Workload.labels(labels, serviceAccountName) });
  };

  test('shares its identity with no service', () => {
    const error = refusal(beside({ app: 'web' }, 'edge'));
    expect([error.code, error.message]).toEqual([
      'SharedIdentity',
      expect.stringContaining('coffee-shop/edge (MeshIngress)'),
    ]);
  });

  test('shares its pods with no service', () => {
    expect(refusal(beside({ app: 'edge' }, 'web')).code).toBe('SharedPods');
  });

  test('stands beside any other', () => {
    expect(beside({ app: 'web' }, 'web')).not.toThrow();
  });
});

test('two services of one identity are refused, because each could do what only the other may', () => {
  const error = refusal(second({ app: 'others' }, 'pods'));
  expect(error.code).toBe('SharedIdentity');
  expect(error.message).toContain('coffee-shop/first');
});

test('two services of other pods and another identity are accepted', () => {
  expect(second({ app: 'others' }, 'others')).not.toThrow();
});

test('two peers of one identity are accepted: they are somebody else’s to tell apart', () => {
  const { shop } = coffeeShop();
  const peer = (id: string) =>
    MeshService.fromMeshServiceAttributes(shop, id, {
      name: id,
      namespaceName: 'legacy',
      serviceAccountName: 'shared',
    });
  expect(() => [peer('one'), peer('two')]).not.toThrow();
});

describe('what the proxy has for itself', () => {
  const listening = (port: MeshPort) => () =>
    new MeshService(coffeeShop().shop, 'web', { workload: Workload.image('web:1'), ports: [port] });

  test.each([15000, 15001, 15006, 15020, 15021, 15090])('the port %d is refused', (port) => {
    expect(refusal(listening(MeshPort.http(port))).code).toBe('ReservedPort');
    expect(refusal(listening(MeshPort.http(80, { containerPort: port }))).code).toBe('ReservedPort');
  });

  test('as the number of a Service it is nobody’s', () => {
    expect(listening(MeshPort.http(15001, { containerPort: 8080 }))).not.toThrow();
  });

  test.each([{ user: 1337 }, { group: 1337 }, { user: 0 }, { user: -1 }, { user: 1.5 }])(
    'to run as %o is refused',
    (options) => {
      const { shop } = coffeeShop();
      const web = () => new MeshService(shop, 'web', { workload: Workload.image('web:1', options) });
      expect(refusal(web).code).toBe('InvalidUser');
    },
  );

  test('to run as anybody else is accepted, also in the group of root', () => {
    const { shop } = coffeeShop();
    const web = () => new MeshService(shop, 'web', { workload: Workload.image('web:1', { user: 1336, group: 0 }) });
    expect(web).not.toThrow();
  });
});
