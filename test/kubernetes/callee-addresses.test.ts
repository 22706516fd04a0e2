import { Deployment, EnvFieldPaths, EnvValue, ServiceAccount } from 'cdk8s-plus-28';
import { CanaryRelease, GrpcService, MeshPort, MeshService, Workload, ZeroTrustNamespace } from '../../src';
import { Manifests } from '../support/manifests';
import { type Program, refused, written } from '../support/program';
import { coffeeShop, order, orderApi, payment, paymentApi } from '../support/shop';

const ADDRESS = 'payment.coffee-shop.svc.cluster.local:50051';

describe('the address of a callee', () => {
  const envOf = (use: (shop: ZeroTrustNamespace) => void, deployment = 'order') => {
    const { app, shop } = coffeeShop();
    use(shop);
    return Manifests.of(app).get('Deployment', deployment).spec.template.spec.containers[0].env;
  };

  test('is not told unless asked for', () => {
    expect(envOf((shop) => order(shop).calls(payment(shop), ['Charge']))).toBeUndefined();
  });

  test('is told as host and port', () => {
    const env = envOf((shop) => order(shop).calls(payment(shop), ['Charge'], { addressEnv: 'PAYMENT' }));
    expect(env).toEqual([{ name: 'PAYMENT', value: ADDRESS }]);
  });

  test('has the port of the Service, not of the container', () => {
    const env = envOf((shop) => {
      const server = payment(shop, { port: 443, containerPort: 9000 });
      order(shop).calls(server, ['Charge'], { addressEnv: 'PAYMENT' });
    });
    expect(env).toEqual([{ name: 'PAYMENT', value: 'payment.coffee-shop.svc.cluster.local:443' }]);
  });

  test('has the port that is called', () => {
    const env = envOf((shop) => {
      const server = payment(shop, { ports: [MeshPort.http(8080)] });
      order(shop).calls(server, ['/admin'], { port: 'http', addressEnv: 'ADMIN' });
    });
    expect(env).toEqual([{ name: 'ADMIN', value: 'payment.coffee-shop.svc.cluster.local:8080' }]);
  });

  test('of another namespace is told in full', () => {
    const env = envOf((shop) => {
      const bank = new ZeroTrustNamespace(shop.node.root, 'bank');
      order(shop).calls(payment(bank), ['Charge'], { addressEnv: 'PAYMENT' });
    });
    expect(env).toEqual([{ name: 'PAYMENT', value: 'payment.bank.svc.cluster.local:50051' }]);
  });

  test('can be told twice', () => {
    const env = envOf((shop) => {
      const server = payment(shop);
      const client = order(shop);
      client.calls(server, ['Charge'], { addressEnv: 'PAYMENT' });
      client.calls(server, ['Refund'], { addressEnv: 'PAYMENT' });
    });
    expect(env).toEqual([{ name: 'PAYMENT', value: ADDRESS }]);
  });

  test.each(['gRPC', 'HTTP'])('stands in the order of names if the %s call comes first', (first) => {
    const env = envOf((shop) => {
      const server = payment(shop, { ports: [MeshPort.http(8080)] });
      const workload = Workload.image('order:1', { env: { MODE: EnvValue.fromValue('live') } });
      const client = order(shop, { workload });
      const calls = [
        () => client.calls(server, ['Charge'], { addressEnv: 'B_GRPC' }),
        () => client.calls(server, undefined, { addressEnv: 'A_HTTP', port: 'http' }),
      ];
      for (const call of first === 'gRPC' ? calls : calls.reverse()) call();
    });
    expect(env.map(({ name }: { name: string }) => name)).toEqual(['MODE', 'A_HTTP', 'B_GRPC']);
  });

  test('stands beside the variables of the user', () => {
    const env = envOf((shop) => {
      const workload = Workload.image('order:1', { env: { LOG_LEVEL: EnvValue.fromValue('info') } });
      order(shop, { workload }).calls(payment(shop), ['Charge'], { addressEnv: 'PAYMENT' });
    });
    expect(env).toEqual([
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'PAYMENT', value: ADDRESS },
    ]);
  });

  test.each(['before', 'after'])('is told to a canary that is born %s the call', (when) => {
    const env = envOf((shop) => {
      const client = order(shop);
      const call = () => client.calls(payment(shop), ['Charge'], { addressEnv: 'PAYMENT' });
      const release = () => new CanaryRelease(shop, 'order-next', { service: client, image: 'order:3', weight: 10 });
      for (const step of when === 'before' ? [release, call] : [call, release]) step();
    }, 'order-next');
    expect(env).toEqual([{ name: 'PAYMENT', value: ADDRESS }]);
  });

  test('is told to an existing Deployment', () => {
    const env = envOf((shop) => {
      const pods = new Deployment(shop, 'pods', {
        containers: [{ image: 'web:1' }],
        serviceAccount: new ServiceAccount(shop, 'web-identity'),
      });
      const web = new MeshService(shop, 'web', { workload: Workload.deployment(pods) });
      web.calls(payment(shop), ['Charge'], { addressEnv: 'PAYMENT' });
    }, 'pods');
    expect(env).toEqual([{ name: 'PAYMENT', value: ADDRESS }]);
  });
});

describe('refusals', () => {
  const inShop =
    (use: (shop: ZeroTrustNamespace) => void): Program =>
    (app) =>
      use(new ZeroTrustNamespace(app, 'coffee-shop'));
  const emptyDeployment = (shop: ZeroTrustNamespace) =>
    new Deployment(shop, 'pods', { serviceAccount: new ServiceAccount(shop, 'web-identity') });
  const withEnv = (env: Record<string, EnvValue>) => ({ workload: Workload.image('order:1', { env }) });
  const calls = (env: Record<string, EnvValue>, addressEnv: string) =>
    inShop((shop) => order(shop, withEnv(env)).calls(payment(shop), ['Charge'], { addressEnv }));

  test.each<[string, string, Program]>([
    [
      'a variable that holds another value',
      'EnvironmentTaken',
      calls({ PAYMENT: EnvValue.fromValue('localhost:50051') }, 'PAYMENT'),
    ],
    [
      'a variable that holds a reference',
      'EnvironmentTaken',
      calls({ PAYMENT: EnvValue.fromFieldRef(EnvFieldPaths.POD_IP) }, 'PAYMENT'),
    ],
    [
      'a variable that holds the address of another callee',
      'EnvironmentTaken',
      inShop((shop) => {
        const client = order(shop);
        const workload = Workload.image('refund:1');
        client.calls(payment(shop), ['Charge'], { addressEnv: 'SERVER' });
        const refund = new GrpcService(shop, 'refund', { workload, apis: [paymentApi] });
        client.calls(refund, ['Refund'], { addressEnv: 'SERVER' });
      }),
    ],
    [
      'pods that somebody else deploys',
      'NoContainer',
      inShop((shop) => {
        const workload = Workload.labels({ app: 'legacy' }, 'legacy');
        const legacy = new MeshService(shop, 'legacy', { workload });
        legacy.calls(payment(shop), ['Charge'], { addressEnv: 'PAYMENT' });
      }),
    ],
    [
      'a peer',
      'NoContainer',
      inShop((shop) => {
        const peer = GrpcService.fromGrpcServiceAttributes(shop, 'peer', {
          name: 'peer',
          namespaceName: 'elsewhere',
          apis: [orderApi],
        });
        peer.calls(payment(shop), ['Charge'], { addressEnv: 'PAYMENT' });
      }),
    ],
    [
      'a Deployment without a container',
      'NoContainer',
      inShop((shop) => {
        const web = new MeshService(shop, 'web', { workload: Workload.deployment(emptyDeployment(shop)) });
        web.calls(payment(shop), ['Charge'], { addressEnv: 'PAYMENT' });
      }),
    ],
    ['an empty name of a variable', 'InvalidName', calls({}, '')],
    ['a name of a variable with a blank', 'InvalidName', calls({}, 'PAYMENT ADDRESS')],
    ['a name of a variable with a digit first', 'InvalidName', calls({}, '1PAYMENT')],
  ])('%s is refused as %s, and nothing is written', (_, code, program) => {
    expect(refused(program).code).toBe(code);
  });

  test.each<[string, Program]>([
    ['a variable that holds the same value', calls({ PAYMENT: EnvValue.fromValue(ADDRESS) }, 'PAYMENT')],
    ['a variable that nobody has', calls({ PAYMENT_1: EnvValue.fromValue('x') }, 'PAYMENT_2')],
    [
      'a Deployment whose container came first',
      inShop((shop) => {
        const pods = emptyDeployment(shop);
        pods.addContainer({ image: 'web:1' });
        const web = new MeshService(shop, 'web', { workload: Workload.deployment(pods) });
        web.calls(payment(shop), ['Charge'], { addressEnv: 'PAYMENT' });
      }),
    ],
  ])('%s is accepted', (_, program) => {
    expect(Object.keys(written(program))).toEqual(['coffee-shop.k8s.yaml']);
  });

  test('the message about a variable names both values', () => {
    const program = calls({ PAYMENT: EnvValue.fromValue('localhost:50051') }, 'PAYMENT');
    expect(refused(program).message).toContain(
      `the variable 'PAYMENT' shall be '${ADDRESS}', but it is 'localhost:50051' already.`,
    );
  });

  test('a refused call admits nobody', () => {
    const { app, shop } = coffeeShop();
    const client = order(shop, withEnv({ PAYMENT: EnvValue.fromValue('localhost:50051') }));
    const server = payment(shop);
    expect(() => client.calls(server, ['Charge'], { addressEnv: 'PAYMENT' })).toThrow('EnvironmentTaken');
    expect(Manifests.of(app).get('AuthorizationPolicy', 'payment').spec).not.toHaveProperty('rules');
  });
});
