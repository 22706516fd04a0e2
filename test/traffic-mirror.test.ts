import { App } from 'cdk8s';
import {
  CanaryRelease,
  GrpcApi,
  GrpcService,
  Idempotency,
  MeshIngress,
  MetadataMatch,
  RouteTarget,
  Streaming,
  TlsCertificate,
  TrafficMirror,
  type TrafficMirrorProps,
  Workload,
  type ZeroTrustNamespace,
} from '../src';
import { ARRIVES, carries, STOPPED } from './support/carries';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { routeOf } from './support/routes';
import { coffeeShop, order, payment, paymentApi } from './support/shop';

const host = 'api.coffee.example';
const inside = { gateway: 'mesh', host: 'payment.coffee-shop.svc.cluster.local', port: 50051 };
const outside = { gateway: 'coffee-shop/edge', host };
const rpc = (name: string) => `/coffee.v1.Payment/${name}`;
const client = { namespace: 'coffee-shop', name: 'order' };
const shadow = { namespace: 'coffee-shop', name: 'shadow' };
const door = 'opt-out.cdk8s-grpc-mesh/dangerously-mirror-side-effects';

/** `payment`, called by `order` and exposed, whose calls are copied to `shadow`. */
function mirrored(props: Partial<TrafficMirrorProps> = {}): Manifests {
  const { app, shop } = coffeeShop();
  const service = payment(shop);
  const client = order(shop);
  client.calls(service, ['Charge', 'Refund']);
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  new MeshIngress(shop, 'edge', { host, certificate }).expose(service);
  new TrafficMirror(shop, 'copies', { service, to: RouteTarget.service(copyOf(shop)), percentage: 25, ...props });
  return Manifests.of(app);
}

function copyOf(shop: ZeroTrustNamespace): GrpcService {
  return new GrpcService(shop, 'shadow', { workload: Workload.image('ghcr.io/acme/shadow:1'), apis: [paymentApi] });
}

const copies = (manifests: Manifests, name: string, door: object = inside, headers = {}) =>
  routeOf(manifests, { ...inside, ...door, path: rpc(name), headers })?.mirrors;
const there = [
  {
    destination: { host: 'shadow.coffee-shop.svc.cluster.local', port: { number: 50051 }, subset: 'stable' },
    percentage: { value: 25 },
  },
];

describe('a mirror', () => {
  test.each([
    ['an RPC that may be executed twice', 'Refund', there],
    ['an RPC without side effects', 'ListCharges', there],
    ['an RPC that changes things', 'Charge', undefined],
    ['a stream', 'WatchCharges', undefined],
  ])('copies by default: %s', (_, name, want) => {
    expect(copies(mirrored(), name)).toEqual(want);
    expect(copies(mirrored(), name, outside)).toEqual(want);
  });

  test('copies the RPCs that were named', () => {
    expect(copies(mirrored({ operations: ['ListCharges'] }), 'Refund')).toBeUndefined();
    expect(copies(mirrored({ operations: ['ListCharges'] }), 'ListCharges')).toEqual(there);
  });

  test('copies the calls that were meant', () => {
    const manifests = mirrored({ matches: [{ metadata: { 'x-copy': MetadataMatch.exact('yes') } }] });
    expect(copies(manifests, 'Refund')).toBeUndefined();
    expect(copies(manifests, 'Refund', inside, { 'x-copy': 'yes' })).toEqual(there);
  });

  test('copies what changes things only after a loud word, which stands in the YAML', () => {
    const loud = mirrored({
      operations: ['Charge'],
      dangerouslyMirrorSideEffects: { reason: 'a database of its own' },
    });
    expect(copies(loud, 'Charge')).toEqual(there);
    const on = (manifests: Manifests, name: string) =>
      manifests.get('VirtualService', name).metadata.annotations?.[door];
    expect(on(loud, 'payment')).toBe('Charge: a database of its own');
    expect(on(loud, `edge-${host}`)).toBe('Charge: a database of its own');
    expect(on(mirrored(), 'payment')).toBeUndefined();
  });

  test.each(paymentApi.methods)('changes neither where $name goes nor its deadline', ({ name }) => {
    const { app, shop } = coffeeShop();
    payment(shop);
    const plain = routeOf(Manifests.of(app), { ...inside, path: rpc(name) });
    const { destinations, timeout, retries } = routeOf(mirrored(), { ...inside, path: rpc(name) }) ?? {};
    expect({ destinations, timeout, retries }).toEqual({
      destinations: plain?.destinations,
      timeout: plain?.timeout,
      retries: plain?.retries,
    });
  });

  test('lets callers come with the copies, and with nothing else', () => {
    expect(carries(mirrored(), client, shadow, rpc('Refund'))).toEqual(ARRIVES);
    expect(carries(mirrored(), client, shadow, rpc('Charge')).admitted).toBe(false);
    expect(carries(mirrored({ operations: ['ListCharges'] }), client, shadow, rpc('Refund'))).toEqual(STOPPED);
  });

  test('lets the gateway come with the copies', () => {
    const gateway = { namespace: 'istio-ingress', name: 'istio-ingress' };
    expect(carries(mirrored(), gateway, shadow, rpc('Refund')).admitted).toBe(true);
    expect(carries(mirrored(), gateway, shadow, rpc('Charge')).admitted).toBe(false);
  });

  test('may lead to the canary, pinned calls included', () => {
    const { app, shop } = coffeeShop();
    const service = payment(shop);
    const image = 'ghcr.io/acme/payment:1.5.0';
    new CanaryRelease(shop, 'next', { service, image, weight: 0, pinHeader: 'x-canary' });
    new TrafficMirror(shop, 'copies', { service, to: RouteTarget.canary(), percentage: 100 });
    const manifests = Manifests.of(app);
    const subsets = (headers = {}) => copies(manifests, 'Refund', inside, headers)?.map((it) => it.destination.subset);
    expect([subsets(), subsets({ 'x-canary': 'always' })]).toEqual([['canary'], ['canary']]);
  });
});

test('a stream is refused with an RPC of the service that may be copied', () => {
  const { shop } = coffeeShop();
  const to = RouteTarget.canary();
  const rpcs = GrpcApi.of('a.B', [
    { name: 'Watch', streaming: Streaming.SERVER },
    { name: 'Put' },
    { name: 'Get', idempotency: Idempotency.NO_SIDE_EFFECTS },
  ]);
  const service = new GrpcService(shop, 'store', { workload: Workload.image('store:1'), apis: [rpcs] });
  const attempt = () => new TrafficMirror(shop, 'copies', { service, to, percentage: 1, operations: ['Watch'] });
  expect(refusal(attempt).message).toContain("operations: ['Get']");
});

describe('input that is wrong', () => {
  type Attempt = (shop: ZeroTrustNamespace) => unknown;
  const attempt =
    (props: Partial<TrafficMirrorProps>, id = 'copies'): Attempt =>
    (shop) => {
      const to = RouteTarget.service(copyOf(shop));
      return new TrafficMirror(shop, id, { service: payment(shop), to, percentage: 1, ...props });
    };
  const loud = { dangerouslyMirrorSideEffects: { reason: 'a database of its own' } };

  test.each<[string, string, Attempt]>([
    ['an RPC that changes things', 'MirrorNotIdempotent', attempt({ operations: ['Charge'] })],
    ['a stream', 'MirrorStream', attempt({ operations: ['WatchCharges'] })],
    ['a stream, however loud', 'MirrorStream', attempt({ operations: ['WatchCharges'], ...loud })],
    ['a loud word without a reason', 'NoReason', attempt({ dangerouslyMirrorSideEffects: { reason: '' } })],
    ['no share', 'InvalidPercentage', attempt({ percentage: 0 })],
    ['an RPC that is not there', 'UnknownMethod', attempt({ operations: ['Lits'] })],
    ['no match', 'EmptyMatch', attempt({ matches: [] })],
    [
      'a service whose RPCs all change things',
      'NothingToMirror',
      (shop) => {
        const apis = [GrpcApi.of('a.B', [{ name: 'Put' }])];
        const service = new GrpcService(shop, 'store', { workload: Workload.image('store:1'), apis });
        return new TrafficMirror(shop, 'copies', { service, to: RouteTarget.canary(), percentage: 1 });
      },
    ],
    [
      'a second mirror',
      'MirrorTaken',
      (shop) => {
        const service = payment(shop);
        for (const id of ['first', 'second']) {
          new TrafficMirror(shop, id, { service, to: RouteTarget.canary(), percentage: 1, operations: ['Refund'] });
        }
      },
    ],
    [
      'a target that serves something else',
      'NotServedThere',
      (shop) => attempt({ to: RouteTarget.service(order(shop)) })(shop),
    ],
    ['an id that is not a name', 'InvalidName', attempt({}, 'Copies_1')],
    [
      'a mirror in no namespace',
      'NoNamespace',
      (shop) =>
        new TrafficMirror(new App(), 'copies', { service: payment(shop), to: RouteTarget.canary(), percentage: 1 }),
    ],
  ])('%s is refused', (_, code, refused) => {
    expect(refusal(() => refused(coffeeShop().shop)).code).toBe(code);
  });

  test('two mirrors of different RPCs are accepted', () => {
    const { shop } = coffeeShop();
    const service = payment(shop);
    const to = RouteTarget.service(copyOf(shop));
    const both = () => {
      new TrafficMirror(shop, 'first', { service, to, percentage: 1, operations: ['Refund'] });
      new TrafficMirror(shop, 'second', { service, to, percentage: 1, operations: ['ListCharges'] });
    };
    expect(both).not.toThrow();
  });

  test('a canary that never comes is told at synth', () => {
    const { app, shop } = coffeeShop();
    new TrafficMirror(shop, 'copies', { service: payment(shop), to: RouteTarget.canary(), percentage: 1 });
    expect(() => app.synthYaml()).toThrow('[NoCanary]');
  });
});
