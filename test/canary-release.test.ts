import { App } from 'cdk8s';
import { Deployment, ServiceAccount } from 'cdk8s-plus-28';
import {
  CanaryRelease,
  type CanaryReleaseProps,
  GrpcService,
  MeshIngress,
  MeshPort,
  MeshService,
  TlsCertificate,
  Workload,
  ZeroTrustNamespace,
} from '../src';
import { type Manifest, Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { type Routed, routeOf } from './support/routes';
import { coffeeShop, order, payment, paymentApi } from './support/shop';

const host = 'api.coffee.example';
const image = 'ghcr.io/acme/payment:1.5.0';
const pin = { 'x-canary': 'always' };
const doors = {
  mesh: { gateway: 'mesh', host: 'payment.coffee-shop.svc.cluster.local', port: 50051 },
  ingress: { gateway: 'coffee-shop/edge', host },
};
const everywhere = ['mesh', 'ingress'] as const;

/** `payment`, called inside and exposed, with a canary of these props; without props it is steady. */
function payments(props?: Partial<CanaryReleaseProps>): Manifests {
  const { app, shop } = coffeeShop();
  const service = payment(shop);
  order(shop).calls(service);
  edge(shop).expose(service);
  if (props) new CanaryRelease(shop, 'payment-next', { service, image, weight: 10, ...props });
  return Manifests.of(app);
}

function edge(shop: ZeroTrustNamespace): MeshIngress {
  return new MeshIngress(shop, 'edge', { host, certificate: TlsCertificate.fromSecret('coffee-tls') });
}

function routed(
  manifests: Manifests,
  door: keyof typeof doors,
  path = '/coffee.v1.Payment/Charge',
  headers: Record<string, string> = {},
): Routed | undefined {
  return routeOf(manifests, { ...doors[door], path, headers });
}

/** The share of each version. */
function shares(route: Routed | undefined): Record<string, number> {
  return Object.fromEntries((route?.destinations ?? []).map(({ subset, weight }) => [subset ?? 'all', weight]));
}

describe('the split', () => {
  const cases = everywhere.flatMap((door) => [0, 10, 100].map((weight) => [door, weight] as const));

  test.each(cases)('gives the canary its share of calls through the %s: %i', (door, weight) => {
    expect(shares(routed(payments({ weight }), door))).toEqual({ stable: 100 - weight, canary: weight });
  });

  const methods = everywhere.flatMap((door) => paymentApi.methods.map(({ name, path }) => [name, door, path] as const));

  test.each(methods)('holds for %s through the %s', (_, door, path) => {
    expect(shares(routed(payments({}), door, path))).toEqual({ stable: 90, canary: 10 });
  });

  test('holds for paths that no .proto knows', () => {
    expect(shares(routed(payments({}), 'mesh', '/other'))).toEqual({ stable: 90, canary: 10 });
  });

  test.each(everywhere)('is not there for a steady service, which has only the stable pods: %s', (door) => {
    expect(shares(routed(payments(), door))).toEqual({ stable: 100 });
  });

  test('gives nothing to the pods of a canary that was removed, however long they live on', () => {
    const [canary] = payments({})
      .kind('Deployment')
      .filter(({ metadata }) => metadata.name === 'payment-next');
    const subsets: { name: string; labels: Record<string, string> }[] = payments().get('DestinationRule', 'payment')
      .spec.subsets;
    const covering = subsets.filter(({ labels }) =>
      Object.entries(labels).every(([key, value]) => canary.spec.template.metadata.labels[key] === value),
    );
    expect(covering).toEqual([]);
  });

  test.each(everywhere)('reaches an ingress that exposes the service later: %s', (door) => {
    const { app, shop } = coffeeShop();
    const service = payment(shop);
    new CanaryRelease(shop, 'payment-next', { service, image, weight: 10 });
    edge(shop).expose(service);
    expect(shares(routed(Manifests.of(app), door))).toEqual({ stable: 90, canary: 10 });
  });

  test.each(methods)('changes no deadline of %s through the %s', (_, door, path) => {
    expect(routed(payments({}), door, path)?.timeout).toBe(routed(payments(), door, path)?.timeout);
  });

  test.each(methods)('changes no retries of %s through the %s', (_, door, path) => {
    expect(routed(payments({}), door, path)?.retries).toEqual(routed(payments(), door, path)?.retries);
  });
});

describe('the header', () => {
  const pinned = { pinHeader: 'x-canary', weight: 0 };

  test('leads a call inside the mesh to the canary, whatever the weight', () => {
    expect(shares(routed(payments(pinned), 'mesh', undefined, pin))).toEqual({ canary: 100 });
  });

  test.each(paymentApi.methods)('leads $name to the canary', ({ path }) => {
    expect(shares(routed(payments(pinned), 'mesh', path, pin))).toEqual({ canary: 100 });
  });

  test.each(paymentApi.methods)('changes neither the deadline nor the retries of $name', ({ path }) => {
    const manifests = payments(pinned);
    const { timeout, retries } = routed(manifests, 'mesh', path) ?? {};
    expect(routed(manifests, 'mesh', path, pin)).toMatchObject({ timeout, retries });
  });

  test('with another value means nothing', () => {
    expect(shares(routed(payments(pinned), 'mesh', undefined, { 'x-canary': 'maybe' }))).toEqual({
      stable: 100,
      canary: 0,
    });
  });

  test('means nothing unless it was named', () => {
    expect(shares(routed(payments({ weight: 0 }), 'mesh', undefined, pin))).toEqual({ stable: 100, canary: 0 });
  });

  test('means nothing at the ingress by default', () => {
    expect(shares(routed(payments(pinned), 'ingress', undefined, pin))).toEqual({ stable: 100, canary: 0 });
  });

  test('leads a call from outside to the canary if that was asked for', () => {
    const manifests = payments({ ...pinned, pinAtIngress: true });
    expect(shares(routed(manifests, 'ingress', undefined, pin))).toEqual({ canary: 100 });
  });

  test('opens no RPC at the ingress that is not exposed', () => {
    const { app, shop } = coffeeShop();
    const service = payment(shop);
    edge(shop).expose(service, ['Charge']);
    new CanaryRelease(shop, 'payment-next', { service, image, ...pinned, pinAtIngress: true });
    expect(routed(Manifests.of(app), 'ingress', '/coffee.v1.Payment/Refund', pin)).toBeUndefined();
  });

  test.each(['payment', `edge-${host}`])('stands before the split in every route of %s', (name) => {
    const { http } = payments({ ...pinned, pinAtIngress: true }).get('VirtualService', name).spec;
    const names: string[] = http.map((route: { name: string }) => route.name);
    const splits = names.filter((route) => !route.endsWith('-pinned'));
    expect(names).toEqual(splits.flatMap((route) => [`${route}-pinned`, route]));
  });
});

describe('the pods of the canary', () => {
  const next = (props: Partial<CanaryReleaseProps> = {}) => payments(props).get('Deployment', 'payment-next');

  test('run the new image', () => {
    expect(next().spec.template.spec.containers).toMatchObject([{ image }]);
  });

  test('have the identity of the service', () => {
    expect(next().spec.template.spec.serviceAccountName).toBe('payment');
  });

  test('are told apart by the tag of the image', () => {
    expect(next().spec.template.metadata.labels.version).toBe('1.5.0');
  });

  test('are told apart by the version that was said', () => {
    expect(next({ version: 'blue' }).spec.template.metadata.labels.version).toBe('blue');
  });

  test('are two by default', () => {
    expect(next().spec.replicas).toBe(2);
  });

  test('are as many as was said', () => {
    expect(next({ replicas: 1 }).spec.replicas).toBe(1);
  });

  test('have what the service says of its container', () => {
    const { app, shop } = coffeeShop();
    const args = ['--verbose'];
    const service = payment(shop, { workload: Workload.image('ghcr.io/acme/payment:1.4.0', { args, replicas: 7 }) });
    new CanaryRelease(shop, 'payment-next', { service, image, weight: 10 });
    const { spec } = Manifests.of(app).get('Deployment', 'payment-next');
    expect(spec.template.spec.containers).toMatchObject([{ args }]);
  });

  test.each([
    ['Service', (spec: Manifest['spec']) => spec.selector],
    ['AuthorizationPolicy', (spec: Manifest['spec']) => spec.selector.matchLabels],
    ['NetworkPolicy', (spec: Manifest['spec']) => spec.podSelector.matchLabels],
    ['Sidecar', (spec: Manifest['spec']) => spec.workloadSelector.labels],
    ['PodDisruptionBudget', (spec: Manifest['spec']) => spec.selector.matchLabels],
  ])('are under the %s of the service', (kind, selector) => {
    const manifests = payments({});
    const { labels } = manifests.get('Deployment', 'payment-next').spec.template.metadata;
    expect(labels).toMatchObject(selector(manifests.get(kind, 'payment').spec));
  });

  test.each(['before', 'after'])('know the address of a callee that was declared %s the canary', (when) => {
    const { app, shop } = coffeeShop();
    const client = order(shop);
    const call = () => client.calls(payment(shop), ['Charge'], { addressEnv: 'PAYMENT_ADDRESS' });
    if (when === 'before') call();
    new CanaryRelease(shop, 'order-next', { service: client, image: 'ghcr.io/acme/order:3.0.0', weight: 10 });
    if (when === 'after') call();
    const { spec } = Manifests.of(app).get('Deployment', 'order-next');
    expect(spec.template.spec.containers[0].env).toContainEqual({
      name: 'PAYMENT_ADDRESS',
      value: 'payment.coffee-shop.svc.cluster.local:50051',
    });
  });
});

describe('the versions in the DestinationRule', () => {
  type Subset = { name: string; labels: Record<string, string> };
  const subset = (manifests: Manifests, name: string): Subset | undefined =>
    manifests.get('DestinationRule', 'payment').spec.subsets.find((one: Subset) => one.name === name);
  const podLabels = (manifests: Manifests, name: string) =>
    manifests.get('Deployment', name).spec.template.metadata.labels as Record<string, string>;
  const selects = (one: Subset | undefined, labels: Record<string, string>) =>
    one !== undefined && Object.entries(one.labels).every(([key, value]) => labels[key] === value);

  test('have a stable one before there is a canary', () => {
    expect(subset(payments(), 'stable')).toBeDefined();
  });

  test('have a stable one that a canary does not change', () => {
    expect(subset(payments({}), 'stable')).toEqual(subset(payments(), 'stable'));
  });

  test.each([
    ['stable', 'payment', true],
    ['stable', 'payment-next', false],
    ['canary', 'payment', false],
    ['canary', 'payment-next', true],
  ])('%s has the pods of %s: %s', (name, deployment, has) => {
    const manifests = payments({});
    expect(selects(subset(manifests, name), podLabels(manifests, deployment))).toBe(has);
  });

  test('are written before the routes that name them', () => {
    const names = payments({}).all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const routes = [names.indexOf('VirtualService payment'), names.indexOf(`VirtualService edge-${host}`)];
    expect(names.indexOf('DestinationRule payment')).toBeLessThan(Math.min(...routes));
  });
});

describe('steady, canary, steady', () => {
  // What the API server never lets change on a living object, here and of Deployments and Services.
  const immutable = (manifests: Manifests) =>
    new Map(
      manifests.all.map(({ apiVersion, kind, metadata, spec }) => [
        `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`,
        kind === 'Deployment' || kind === 'Service' ? spec.selector : undefined,
      ]),
    );
  const steady = immutable(payments());
  const released = immutable(payments({ pinHeader: 'x-canary' }));

  test('changes no selector', () => {
    expect(new Map([...released].filter(([name]) => steady.has(name)))).toEqual(steady);
  });

  test('adds one object, the Deployment of the canary', () => {
    expect([...released.keys()].filter((name) => !steady.has(name))).toEqual([
      'apps/v1 Deployment coffee-shop/payment-next',
    ]);
  });

  test('selects no version, so that the next image can be rolled out', () => {
    const selectors = payments({})
      .all.filter(({ kind }) => kind === 'Deployment' || kind === 'Service')
      .map(({ spec }) => spec.selector.matchLabels ?? spec.selector);
    expect(selectors.flatMap((labels) => Object.keys(labels))).not.toContain('version');
  });

  test('selects different pods with the Deployments of the two versions', () => {
    const manifests = payments({});
    const [stable, canary] = ['payment', 'payment-next'].map((name) => manifests.get('Deployment', name).spec.selector);
    expect(stable).not.toEqual(canary);
  });
});

describe('a canary of a plain HTTP service', () => {
  function frontends(props: Partial<CanaryReleaseProps> = {}): Manifests {
    const { app, shop } = coffeeShop();
    const service = frontend(shop);
    edge(shop).expose(service, ['/', '/login']);
    new CanaryRelease(shop, 'frontend-next', { service, image: 'ghcr.io/acme/frontend:2.0.0', weight: 25, ...props });
    return Manifests.of(app);
  }
  const inside = { gateway: 'mesh', host: 'frontend.coffee-shop.svc.cluster.local', port: 8080 };

  test.each([
    ['inside the mesh', inside],
    ['at the ingress', doors.ingress],
  ])('splits its requests %s', (_, door) => {
    expect(shares(routeOf(frontends(), { ...door, path: '/login', method: 'GET' }))).toEqual({
      stable: 75,
      canary: 25,
    });
  });

  test('may be pinned below a path that another path precedes', () => {
    const manifests = frontends({ pinHeader: 'x-canary', pinAtIngress: true });
    const route = routeOf(manifests, { ...doors.ingress, path: '/about', method: 'GET', headers: pin });
    expect(shares(route)).toEqual({ canary: 100 });
  });
});

function frontend(shop: ZeroTrustNamespace, ports: MeshPort[] = [MeshPort.http(8080)]): MeshService {
  return new MeshService(shop, 'frontend', { workload: Workload.image('ghcr.io/acme/frontend:1.0.0'), ports });
}

describe('input that is wrong', () => {
  type Attempt = (shop: ZeroTrustNamespace) => unknown;
  const canary =
    (props: Partial<CanaryReleaseProps>, id = 'payment-next'): Attempt =>
    (shop) =>
      new CanaryRelease(shop, id, { service: payment(shop), image, weight: 10, ...props });
  const of =
    (service: (shop: ZeroTrustNamespace) => MeshService): Attempt =>
    (shop) =>
      new CanaryRelease(shop, 'next', { service: service(shop), image, weight: 10 });
  const running = (workload: (shop: ZeroTrustNamespace) => Workload) => (shop: ZeroTrustNamespace) =>
    payment(shop, { workload: workload(shop) });
  const peer = { name: 'billing', namespaceName: 'finance', apis: [paymentApi] };

  test.each<[string, string, Attempt]>([
    ['a negative weight', 'InvalidWeight', canary({ weight: -1 })],
    ['a weight over 100', 'InvalidWeight', canary({ weight: 101 })],
    ['a fraction as weight', 'InvalidWeight', canary({ weight: 0.5 })],
    ['a weight that is no number', 'InvalidWeight', canary({ weight: Number.NaN })],
    ['an endless weight', 'InvalidWeight', canary({ weight: Number.POSITIVE_INFINITY })],
    ['a header in capitals', 'InvalidHeader', canary({ pinHeader: 'X-Canary' })],
    ['an empty header', 'InvalidHeader', canary({ pinHeader: '' })],
    ['a pin at the ingress without a header', 'InvalidHeader', canary({ pinAtIngress: true })],
    [
      'a second canary',
      'CanaryOfCanary',
      (shop) => {
        const service = payment(shop);
        new CanaryRelease(shop, 'first', { service, image, weight: 10 });
        new CanaryRelease(shop, 'second', { service, image: 'ghcr.io/acme/payment:1.6.0', weight: 10 });
      },
    ],
    [
      'a canary in another namespace',
      'CanaryElsewhere',
      (shop) =>
        new CanaryRelease(new ZeroTrustNamespace(shop.node.scope as App, 'kitchen'), 'payment-next', {
          service: payment(shop),
          image,
          weight: 10,
        }),
    ],
    [
      'a canary in no namespace',
      'NoNamespace',
      (shop) => new CanaryRelease(new App(), 'payment-next', { service: payment(shop), image, weight: 10 }),
    ],
    ['a canary of a TCP service', 'NothingToSplit', of((shop) => frontend(shop, [MeshPort.tcp(6379)]))],
    ['a canary of a service without ports', 'NothingToSplit', of((shop) => frontend(shop, []))],
    ['the image of the service itself', 'SameVersion', canary({ image: 'ghcr.io/acme/payment:1.4.0' })],
    ['another image of the same tag', 'SameVersion', canary({ image: 'ghcr.io/acme/payment-next:1.4.0' })],
    ['the version of the service under another tag', 'SameVersion', canary({ version: '1.4.0' })],
    ['an image that has no version', 'InvalidImage', canary({ image: '' })],
    [
      'a canary of pods that somebody else deploys',
      'NotDeployedHere',
      of(running(() => Workload.labels({ app: 'payment' }, 'payment'))),
    ],
    [
      'a canary of a Deployment that the user made',
      'NotDeployedHere',
      of(
        running((shop) =>
          Workload.deployment(
            new Deployment(shop, 'made', {
              serviceAccount: new ServiceAccount(shop, 'made-identity'),
              containers: [{ image: 'ghcr.io/acme/payment:1.4.0', portNumber: 50051 }],
            }),
          ),
        ),
      ),
    ],
    [
      'a canary of the service of another team',
      'NotDeployedHere',
      of((shop) => GrpcService.fromGrpcServiceAttributes(shop, 'billing', peer)),
    ],
    ['an id that is not a name', 'InvalidName', canary({}, 'Next_1')],
    ['an id that is there already', 'DuplicateObject', canary({}, 'payment')],
  ])('%s is refused', (_, code, attempt) => {
    expect(refusal(() => attempt(coffeeShop().shop)).code).toBe(code);
  });

  test.each<[string, Attempt]>([
    ['a weight of 0', canary({ weight: 0 })],
    ['a weight of 1', canary({ weight: 1 })],
    ['a weight of 100', canary({ weight: 100 })],
    ['a header', canary({ pinHeader: 'x-canary' })],
    ['a pin at the ingress with a header', canary({ pinHeader: 'x-canary', pinAtIngress: true })],
    ['a pin at the ingress that is switched off', canary({ pinAtIngress: false })],
    ['a canary of an HTTP service', of(frontend)],
    ['the same tag under another version', canary({ image: 'ghcr.io/acme/payment:1.4.0', version: '1.4.0-rc1' })],
    [
      'a canary of each of two services',
      (shop) => {
        canary({})(shop);
        of(frontend)(shop);
      },
    ],
  ])('%s is accepted', (_, attempt) => {
    expect(() => attempt(coffeeShop().shop)).not.toThrow();
  });

  test('a second canary is told which one is the first', () => {
    const { shop } = coffeeShop();
    const service = payment(shop);
    new CanaryRelease(shop, 'first', { service, image, weight: 10 });
    const attempt = () => new CanaryRelease(shop, 'second', { service, image, weight: 10 });
    expect(refusal(attempt).message).toContain('coffee-shop/first (CanaryRelease)');
  });
});

test('a pin that works only inside does not pass the ingress, and one that works at the ingress does', () => {
  const removed = (pinAtIngress: boolean) => {
    const { spec } = payments({ pinHeader: 'x-canary', pinAtIngress }).get('VirtualService', `edge-${host}`);
    return spec.http.map((route: { headers?: object }) => route.headers);
  };
  expect(new Set(removed(false).map((h: object) => JSON.stringify(h)))).toEqual(
    new Set([JSON.stringify({ request: { remove: ['x-canary'] } })]),
  );
  expect(removed(true).filter((headers: object | undefined) => headers !== undefined)).toEqual([]);
});
