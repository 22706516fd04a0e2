import { GrpcApi, GrpcService, MeshPort, MeshService, Workload } from '../../src';
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
