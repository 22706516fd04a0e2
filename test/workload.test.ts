import { type App, Duration, Size } from 'cdk8s';
import { Cpu, Deployment, EnvValue, Service, ServiceAccount, StatefulSet } from 'cdk8s-plus-28';
import { HealthCheck, type ImageOptions, MeshPort, MeshService, Workload, ZeroTrustNamespace } from '../src';
import { ARRIVES, carries } from './support/carries';
import { type Manifest, Manifests } from './support/manifests';
import { type Program, refused, written } from './support/program';
import { coffeeShop, order, payment } from './support/shop';

const IMAGE = 'ghcr.io/acme/payment:1.4.0';

function deploymentOf(options?: ImageOptions, image = IMAGE): Manifest {
  const { app, shop } = coffeeShop();
  payment(shop, { workload: Workload.image(image, options) });
  return Manifests.of(app).get('Deployment', 'payment');
}

const containerOf = (options?: ImageOptions) => deploymentOf(options).spec.template.spec.containers[0];

describe('an image', () => {
  test('runs as the first container, named after the service', () => {
    expect(containerOf()).toMatchObject({ name: 'payment', image: IMAGE });
  });

  test('runs as a ServiceAccount of its own, whose token is not mounted', () => {
    const { app, shop } = coffeeShop();
    payment(shop);
    const account = Manifests.of(app).get('ServiceAccount', 'payment');
    expect([account.automountServiceAccountToken, account.metadata.labels]).toEqual([false, { app: 'payment' }]);
  });

  test('runs in pods that name the ServiceAccount and do not mount its token either', () => {
    expect(deploymentOf().spec.template.spec).toMatchObject({
      serviceAccountName: 'payment',
      automountServiceAccountToken: false,
    });
  });

  test('has two replicas', () => {
    expect(deploymentOf().spec.replicas).toBe(2);
  });

  test.each([1, 5])('has %i replicas if asked for', (replicas) => {
    expect(deploymentOf({ replicas }).spec.replicas).toBe(replicas);
  });

  test('keeps its own entrypoint and arguments', () => {
    expect(Object.keys(containerOf())).not.toEqual(expect.arrayContaining(['command', 'args']));
  });

  test('takes another entrypoint and arguments', () => {
    expect(containerOf({ command: ['/bin/payment'], args: ['--verbose'] })).toMatchObject({
      command: ['/bin/payment'],
      args: ['--verbose'],
    });
  });

  test('has no variables of ours', () => {
    expect(containerOf()).not.toHaveProperty('env');
  });

  test('takes variables', () => {
    expect(containerOf({ env: { LOG_LEVEL: EnvValue.fromValue('debug') } }).env).toEqual([
      { name: 'LOG_LEVEL', value: 'debug' },
    ]);
  });

  test('requests a little CPU and memory and has no limits', () => {
    expect(containerOf().resources).toEqual({ requests: { cpu: '100m', memory: '128Mi' } });
  });

  test('takes other resources as a whole', () => {
    const resources = { cpu: { request: Cpu.millis(250), limit: Cpu.units(1) }, memory: { limit: Size.gibibytes(1) } };
    expect(containerOf({ resources }).resources).toEqual({
      requests: { cpu: '250m' },
      limits: { cpu: '1', memory: '1024Mi' },
    });
  });

  test('runs as the user of the image', () => {
    expect(containerOf().securityContext).not.toHaveProperty('runAsUser');
  });

  test('runs as another user and group if asked for', () => {
    expect(containerOf({ user: 65532, group: 65533 }).securityContext).toMatchObject({
      runAsUser: 65532,
      runAsGroup: 65533,
      runAsNonRoot: true,
    });
  });

  test('shares no variables with another service that was given the same ones', () => {
    const { app, shop } = coffeeShop();
    const env = { LOG_LEVEL: EnvValue.fromValue('info') };
    const server = payment(shop, { workload: Workload.image(IMAGE, { env }) });
    const client = order(shop, { workload: Workload.image('ghcr.io/acme/order:1', { env }) });
    client.calls(server, ['Charge'], { addressEnv: 'PAYMENT' });
    expect(Manifests.of(app).get('Deployment', 'payment').spec.template.spec.containers[0].env).toEqual([
      { name: 'LOG_LEVEL', value: 'info' },
    ]);
  });
});

describe('the version of an image', () => {
  test.each([
    ['ghcr.io/acme/order:2.3.1', '2.3.1'],
    ['order:2.3.1', '2.3.1'],
    ['order', 'latest'],
    ['localhost:5000/order', 'latest'],
    ['localhost:5000/order:v7', 'v7'],
    [`order@sha256:${'0123456789abcdef'.repeat(4)}`, '0123456789ab'],
    [`order:2.3.1@sha256:${'0123456789abcdef'.repeat(4)}`, '2.3.1'],
  ])('of %s is %s', (image, version) => {
    const { metadata, spec } = deploymentOf({}, image);
    const expected = { version, 'app.kubernetes.io/version': version };
    expect([metadata.labels, spec.template.metadata.labels]).toMatchObject([expected, expected]);
  });

  test('is what the user says', () => {
    expect(deploymentOf({ version: 'blue' }).spec.template.metadata.labels.version).toBe('blue');
  });

  test('comes from the user where the tag cannot be a label', () => {
    expect(deploymentOf({ version: '2' }, `order:${'x'.repeat(64)}`).metadata.labels?.version).toBe('2');
  });
});

describe('health', () => {
  const probes = (program: (shop: ZeroTrustNamespace) => void) => {
    const { app, shop } = coffeeShop();
    program(shop);
    const { startupProbe, readinessProbe, livenessProbe } =
      Manifests.of(app).kind('Deployment')[0].spec.template.spec.containers[0];
    return [startupProbe, readinessProbe, livenessProbe];
  };
  const service = (ports: MeshPort[], health?: HealthCheck) => (shop: ZeroTrustNamespace) => {
    new MeshService(shop, 'web', { workload: Workload.image('web:1', { health }), ports });
  };
  const three = (handler: object) => Array(3).fill(expect.objectContaining(handler));

  test('of a gRPC server is its native health service, on the port of the container', () => {
    expect(probes((shop) => payment(shop, { containerPort: 9000 }))).toEqual(three({ grpc: { port: 9000 } }));
  });

  test.each([MeshPort.http(80, { containerPort: 8080 }), MeshPort.tcp(80, { containerPort: 8080 })])(
    'of another server is that its first port takes connections',
    (port) => {
      expect(probes(service([port, MeshPort.tcp(9, { name: 'x' })]))).toEqual(three({ tcpSocket: { port: 8080 } }));
    },
  );

  test('of a workload without ports is nothing to ask for', () => {
    expect(probes(service([]))).toEqual([undefined, undefined, undefined]);
  });

  test('is asked for by HTTP if the user says so', () => {
    expect(probes(service([MeshPort.http(8080)], HealthCheck.http('/healthz')))).toEqual(
      three({ httpGet: { path: '/healthz', port: 8080 } }),
    );
  });

  test('is asked for by the name of a gRPC service if the user says so', () => {
    const workload = Workload.image(IMAGE, { health: HealthCheck.grpc('coffee.v1.Payment') });
    expect(probes((shop) => payment(shop, { workload }))).toEqual(
      three({ grpc: { port: 50051, service: 'coffee.v1.Payment' } }),
    );
  });

  test('gives a slow starter two minutes before it is restarted', () => {
    const [startup] = probes((shop) => payment(shop));
    expect(startup.periodSeconds * startup.failureThreshold).toBe(120);
  });
});

describe('an existing Deployment of cdk8s-plus', () => {
  function web(shop: ZeroTrustNamespace): Deployment {
    return new Deployment(shop, 'web-pods', {
      serviceAccount: new ServiceAccount(shop, 'web-identity'),
      containers: [{ image: 'web:1', portNumber: 8080 }],
    });
  }

  test('becomes callable and a caller by its own ServiceAccount', () => {
    const { app, shop } = coffeeShop();
    const frontend = new MeshService(shop, 'web', { workload: Workload.deployment(web(shop)) });
    frontend.calls(payment(shop), ['Charge']);
    const client = { namespace: 'coffee-shop', name: 'web', serviceAccount: 'web-identity' };
    const server = { namespace: 'coffee-shop', name: 'payment' };
    expect(carries(Manifests.of(app), client, server, '/coffee.v1.Payment/Charge')).toEqual(ARRIVES);
  });

  test('gets the label by which everything else finds its pods', () => {
    const { app, shop } = coffeeShop();
    new MeshService(shop, 'web', { workload: Workload.deployment(web(shop)), ports: [MeshPort.http(8080)] });
    const manifests = Manifests.of(app);
    expect([
      manifests.get('Deployment', 'web-pods').spec.template.metadata.labels.app,
      manifests.get('Service', 'web').spec.selector,
    ]).toEqual(['web', { app: 'web' }]);
  });

  test('keeps the label app that it has, and is found by it', () => {
    const { app, shop } = coffeeShop();
    const pods = web(shop);
    pods.podMetadata.addLabel('app', 'frontend');
    new MeshService(shop, 'web', { workload: Workload.deployment(pods), ports: [MeshPort.http(8080)] });
    const manifests = Manifests.of(app);
    expect([
      manifests.get('Service', 'web').spec.selector,
      manifests.get('AuthorizationPolicy', 'web').spec.selector,
      manifests.get('NetworkPolicy', 'web').spec.podSelector,
      manifests.get('Sidecar', 'web').spec.workloadSelector,
    ]).toEqual([
      { app: 'frontend' },
      { matchLabels: { app: 'frontend' } },
      { matchLabels: { app: 'frontend' } },
      { labels: { app: 'frontend' } },
    ]);
  });

  test('keeps the selector that it has, which is immutable', () => {
    const { app, shop } = coffeeShop();
    const pods = web(shop);
    const selectorOf = () => Manifests.of(app).get('Deployment', 'web-pods').spec.selector;
    const before = selectorOf();
    new MeshService(shop, 'web', { workload: Workload.deployment(pods) });
    expect(selectorOf()).toEqual(before);
  });

  test('is the only Deployment of its service, with the only ServiceAccount', () => {
    const { app, shop } = coffeeShop();
    const service = new MeshService(shop, 'web', { workload: Workload.deployment(web(shop)) });
    const manifests = Manifests.of(app);
    expect([
      service.deployment,
      service.serviceAccountName,
      manifests.kind('Deployment').length,
      manifests.kind('ServiceAccount').length,
    ]).toEqual([undefined, 'web-identity', 1, 1]);
  });
});

test('an existing workload keeps the disruption budget that it may have: with two no pod could be evicted', () => {
  const { app, shop } = coffeeShop();
  const pods = new Deployment(shop, 'web-pods', {
    serviceAccount: new ServiceAccount(shop, 'web-identity'),
    containers: [{ image: 'web:1' }],
  });
  new MeshService(shop, 'web', { workload: Workload.deployment(pods) });
  expect(Manifests.of(app).kind('PodDisruptionBudget')).toEqual([]);
});

test('an existing StatefulSet of cdk8s-plus becomes callable', () => {
  const { app, shop } = coffeeShop();
  const redis = new StatefulSet(shop, 'redis-pods', {
    service: new Service(shop, 'redis-members', { ports: [{ port: 6379 }] }),
    serviceAccount: new ServiceAccount(shop, 'redis-identity'),
    containers: [{ image: 'redis:8', portNumber: 6379 }],
  });
  const cache = new MeshService(shop, 'redis', { workload: Workload.deployment(redis), ports: [MeshPort.tcp(6379)] });
  payment(shop).calls(cache);
  const manifests = Manifests.of(app);
  const { labels } = manifests.get('StatefulSet', 'redis-pods').spec.template.metadata;
  const server = { namespace: 'coffee-shop', name: 'redis', labels, port: 6379 };
  expect(carries(manifests, { namespace: 'coffee-shop', name: 'payment' }, server, '')).toEqual(ARRIVES);
});

describe('pods that somebody else deploys', () => {
  const legacy = { 'team.example/app': 'legacy', tier: 'web' };

  test('become callers by their labels and ServiceAccount', () => {
    const { app, shop } = coffeeShop();
    const service = new MeshService(shop, 'legacy', { workload: Workload.labels(legacy, 'legacy-account') });
    service.calls(payment(shop), ['Charge']);
    const client = { namespace: 'coffee-shop', name: 'legacy', labels: legacy, serviceAccount: 'legacy-account' };
    const server = { namespace: 'coffee-shop', name: 'payment' };
    expect(carries(Manifests.of(app), client, server, '/coffee.v1.Payment/Charge')).toEqual(ARRIVES);
  });

  test('become callable by their labels', () => {
    const { app, shop } = coffeeShop();
    const ports = [MeshPort.http(80, { containerPort: 8080 })];
    const service = new MeshService(shop, 'legacy', { workload: Workload.labels(legacy, 'legacy-account'), ports });
    payment(shop).calls(service, ['/report']);
    const server = { namespace: 'coffee-shop', name: 'legacy', labels: legacy, port: 8080 };
    const client = { namespace: 'coffee-shop', name: 'payment' };
    expect(carries(Manifests.of(app), client, server, '/report', 'GET')).toEqual(ARRIVES);
  });

  test('leave a Service and walls, but nothing that only their owner may write', () => {
    const { app, shop } = coffeeShop();
    const ports = [MeshPort.http(8080)];
    new MeshService(shop, 'legacy', { workload: Workload.labels(legacy, 'legacy-account'), ports });
    const kinds = Manifests.of(app).all.filter(({ metadata }) => metadata.name === 'legacy');
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'Service',
      'DestinationRule',
      'VirtualService',
      'AuthorizationPolicy',
      'NetworkPolicy',
      'Sidecar',
    ]);
  });

  test('have no subset, since nobody knows what tells their versions apart', () => {
    const { app, shop } = coffeeShop();
    const ports = [MeshPort.http(8080)];
    new MeshService(shop, 'legacy', { workload: Workload.labels(legacy, 'legacy-account'), ports });
    expect(Manifests.of(app).get('DestinationRule', 'legacy').spec).not.toHaveProperty('subsets');
  });
});

describe('refusals', () => {
  const shopIn = (app: App) => new ZeroTrustNamespace(app, 'coffee-shop');
  const service = (workload: (shop: ZeroTrustNamespace) => Workload): Program => {
    return (app) => {
      const shop = shopIn(app);
      new MeshService(shop, 'web', { workload: workload(shop) });
    };
  };
  const deployment = (shop: ZeroTrustNamespace, account?: string) =>
    new Deployment(shop, 'pods', {
      containers: [{ image: 'web:1' }],
      serviceAccount: account === undefined ? undefined : ServiceAccount.fromServiceAccountName(shop, 'sa', account),
    });

  test.each<[string, string, Program]>([
    ['an existing workload without a ServiceAccount', 'NoIdentity', service((s) => Workload.deployment(deployment(s)))],
    [
      'an existing workload that runs as default',
      'NoIdentity',
      service((s) => Workload.deployment(deployment(s, 'default'))),
    ],
    ['pods that run as default', 'NoIdentity', service(() => Workload.labels({ app: 'web' }, 'default'))],
    ['pods that run as nobody', 'NoIdentity', service(() => Workload.labels({ app: 'web' }, ''))],
    ['pods that run as everybody', 'InvalidName', service(() => Workload.labels({ app: 'web' }, '*'))],
    [
      'pods with labels that no pod can have',
      'InvalidLabel',
      service(() => Workload.labels({ app: 'the web' }, 'web')),
    ],
    [
      'a health check of a container without a port',
      'HealthWithoutPort',
      service(() => Workload.image('web:1', { health: HealthCheck.http('/healthz') })),
    ],
    [
      'an existing workload whose label app selects nothing',
      'InvalidLabel',
      service((s) => {
        const pods = deployment(s, 'web');
        pods.podMetadata.addLabel('app', 'the web');
        return Workload.deployment(pods);
      }),
    ],
    ['pods that no label tells from others', 'NoLabels', service(() => Workload.labels({}, 'web'))],
    [
      'an existing workload in another namespace',
      'WorkloadElsewhere',
      service((s) => Workload.deployment(deployment(new ZeroTrustNamespace(s.node.root as App, 'other'), 'web'))),
    ],
    ['an empty image', 'InvalidImage', service(() => Workload.image(''))],
    ['an empty image with a version', 'InvalidImage', service(() => Workload.image('', { version: '1' }))],
    ['a tag that cannot be a label', 'InvalidImage', service(() => Workload.image(`web:${'x'.repeat(64)}`))],
    ['a tag with a blank', 'InvalidImage', service(() => Workload.image('web: 1'))],
    ['a version that cannot be a label', 'InvalidImage', service(() => Workload.image('web:1', { version: 'v 1' }))],
    [
      'a drain in half seconds',
      'InvalidDuration',
      service(() => Workload.image('web:1', { drain: Duration.millis(1500) })),
    ],
  ])('%s is refused as %s, and nothing is written', (_, code, program) => {
    expect(refused(program).code).toBe(code);
  });

  test.each<[string, Program]>([
    ['an existing workload with a ServiceAccount', service((s) => Workload.deployment(deployment(s, 'web')))],
    ['pods that run as somebody', service(() => Workload.labels({ app: 'web' }, 'web.team'))],
    ['a tag that can be a label', service(() => Workload.image(`web:${'x'.repeat(63)}`))],
    ['a version that can be a label', service(() => Workload.image('web:1', { version: 'v_1.2-rc' }))],
    ['a drain in whole seconds', service(() => Workload.image('web:1', { drain: Duration.millis(2000) }))],
  ])('%s is accepted', (_, program) => {
    expect(Object.keys(written(program))).toEqual(['coffee-shop.k8s.yaml']);
  });
});
