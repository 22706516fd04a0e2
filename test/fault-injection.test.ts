import { App, Duration } from 'cdk8s';
import {
  CanaryRelease,
  FaultInjection,
  type FaultInjectionProps,
  GrpcService,
  GrpcStatus,
  MeshIngress,
  MetadataMatch,
  RouteTarget,
  TlsCertificate,
  TrafficMirror,
  TrafficRoute,
  Workload,
  type ZeroTrustNamespace,
} from '../src';
import { analyze } from '../src/analysis/analyze';
import { RULES } from '../src/analysis/rules';
import { clusterOf } from './support/cluster-of';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { routeOf } from './support/routes';
import { coffeeShop, order, payment, paymentApi } from './support/shop';

const host = 'api.coffee.example';
const inside = { gateway: 'mesh', host: 'payment.coffee-shop.svc.cluster.local', port: 50051 };
const outside = { gateway: 'coffee-shop/edge', host };
const path = '/coffee.v1.Payment/Charge';
const base = { expires: '2099-12-31', reason: 'game day, OPS-7' };
const abort = { status: GrpcStatus.UNAVAILABLE, percentage: 10 };
const aborted = { abort: { grpcStatus: 'UNAVAILABLE', percentage: { value: 10 } } };
const pods = (app: string) => ({ namespace: 'coffee-shop', labels: { app } });

interface Setting {
  readonly shop: ZeroTrustNamespace;
  readonly service: GrpcService;
  readonly client: GrpcService;
}

/** `payment`, called by `order` and exposed, with what `more` adds. */
function payments(more: (setting: Setting) => void): Manifests {
  const { app, shop } = coffeeShop();
  const setting = { shop, service: payment(shop), client: order(shop) };
  setting.client.calls(setting.service);
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  new MeshIngress(shop, 'edge', { host, certificate }).expose(setting.service);
  more(setting);
  return Manifests.of(app);
}

const hurt = (props: Partial<FaultInjectionProps> | ((setting: Setting) => Partial<FaultInjectionProps>)) =>
  payments((setting) => {
    const own = typeof props === 'function' ? props(setting) : props;
    new FaultInjection(setting.shop, 'game-day', { service: setting.service, abort, ...base, ...own });
  });

describe('a fault', () => {
  test('hurts every RPC, each with the share that was said', () => {
    const faults = paymentApi.methods.map((method) => routeOf(hurt({}), { ...inside, path: method.path })?.fault);
    expect(faults).toEqual(paymentApi.methods.map(() => aborted));
  });

  test('may delay calls instead, or as well', () => {
    const delay = { duration: Duration.millis(1500), percentage: 100 };
    const delayed = { delay: { fixedDelay: '1500ms', percentage: { value: 100 } } };
    expect(routeOf(hurt({ abort: undefined, delay }), { ...inside, path })?.fault).toEqual(delayed);
    expect(routeOf(hurt({ delay }), { ...inside, path })?.fault).toEqual({ ...aborted, ...delayed });
  });

  test.each(paymentApi.methods)('changes neither deadline nor retries of $name', (method) => {
    const without = routeOf(
      payments(() => undefined),
      { ...inside, path: method.path },
    );
    const { timeout, retries, destinations } = routeOf(hurt({}), { ...inside, path: method.path }) ?? {};
    expect({ timeout, retries, destinations }).toEqual({
      timeout: without?.timeout,
      retries: without?.retries,
      destinations: without?.destinations,
    });
  });

  test('leaves other RPCs alone', () => {
    const manifests = hurt({ operations: ['Charge'] });
    expect(routeOf(manifests, { ...inside, path })?.fault).toEqual(aborted);
    expect(routeOf(manifests, { ...inside, path: '/coffee.v1.Payment/UploadReceipts' })?.fault).toBeUndefined();
  });

  test('leaves other callers alone', () => {
    const manifests = hurt(({ client }) => ({ matches: [{ caller: client }] }));
    expect(routeOf(manifests, { ...inside, path, client: pods('order') })?.fault).toEqual(aborted);
    expect(routeOf(manifests, { ...inside, path, client: pods('web') })?.fault).toBeUndefined();
  });

  test('leaves calls without the metadata alone', () => {
    const manifests = hurt({ matches: [{ metadata: { 'x-chaos': MetadataMatch.exact('on') } }] });
    expect(routeOf(manifests, { ...inside, path, headers: { 'x-chaos': 'on' } })?.fault).toEqual(aborted);
    expect(routeOf(manifests, { ...inside, path, headers: { 'x-chaos': 'off' } })?.fault).toBeUndefined();
  });

  test('leaves calls from outside alone, unless they are meant', () => {
    expect(routeOf(hurt({}), { ...outside, path })?.fault).toBeUndefined();
    expect(routeOf(hurt({ atIngress: true }), { ...outside, path })?.fault).toEqual(aborted);
  });

  test('of a caller is not one of everybody outside', () => {
    const somebody = { metadata: { 'x-chaos': MetadataMatch.present() } };
    const manifests = hurt(({ client }) => ({ matches: [{ caller: client }, somebody], atIngress: true }));
    expect(routeOf(manifests, { ...outside, path })?.fault).toBeUndefined();
    expect(routeOf(manifests, { ...outside, path, headers: { 'x-chaos': '' } })?.fault).toEqual(aborted);
  });

  test('neither moves calls of a canary nor those that are pinned to it', () => {
    const manifests = payments(({ shop, service }) => {
      new FaultInjection(shop, 'game-day', { service, abort, ...base });
      const image = 'ghcr.io/acme/payment:1.5.0';
      new CanaryRelease(shop, 'payment-next', { service, image, weight: 10, pinHeader: 'x-canary' });
    });
    const split = routeOf(manifests, { ...inside, path });
    const pinned = routeOf(manifests, { ...inside, path, headers: { 'x-canary': 'always' } });
    expect([split?.fault, pinned?.fault]).toEqual([aborted, aborted]);
    expect(split?.destinations.map(({ subset, weight }) => [subset, weight])).toEqual([
      ['stable', 90],
      ['canary', 10],
    ]);
    expect(pinned?.destinations.map(({ subset }) => subset)).toEqual(['canary']);
  });

  test('stands on the routes that it hurts, with its reason and its last day', () => {
    const annotation = 'opt-out.cdk8s-grpc-mesh/fault-injection';
    const text = 'game-day, until 2099-12-31: game day, OPS-7';
    const on = (manifests: Manifests, name: string) =>
      manifests.get('VirtualService', name).metadata.annotations?.[annotation];
    expect(on(hurt({}), 'payment')).toBe(text);
    expect(on(hurt({}), `edge-${host}`)).toBeUndefined();
    expect(on(hurt({ atIngress: true }), `edge-${host}`)).toBe(text);
    expect(
      on(
        payments(() => undefined),
        'payment',
      ),
    ).toBeUndefined();
  });
});

test('grpc-mesh check tells of a fault, and of nothing else, beside routes and mirrors', () => {
  const { app, shop } = coffeeShop();
  const [service, client] = [payment(shop), order(shop)];
  client.calls(service);
  const beta = new GrpcService(shop, 'beta', { workload: Workload.image('beta:1'), apis: [paymentApi] });
  const matches = [{ caller: client, metadata: { 'x-tester': MetadataMatch.present() } }];
  new FaultInjection(shop, 'game-day', { service, abort, ...base, matches });
  new TrafficRoute(shop, 'testers', { service, matches, to: RouteTarget.service(beta) });
  new TrafficMirror(shop, 'copies', { service, to: RouteTarget.service(beta), percentage: 10 });
  const { findings } = analyze(clusterOf(app.synthYaml()), RULES);
  expect(findings.map(({ code, severity, message }) => `${severity} ${code} ${message}`)).toEqual([
    'info OptOut Calls fail or are late on purpose: game-day, until 2099-12-31: game day, OPS-7',
  ]);
});

describe('two faults', () => {
  const metadata = (value: string) => [{ metadata: { 'x-chaos': MetadataMatch.exact(value) } }];

  test.each<[string, Partial<FaultInjectionProps>, Partial<FaultInjectionProps>]>([
    ['of all calls', {}, {}],
    ['of one RPC', { operations: ['Charge'] }, { operations: ['Refund', 'Charge'] }],
    ['of all calls and some', {}, { matches: metadata('on') }],
    ['of one value', { matches: metadata('on') }, { matches: metadata('on') }],
    ['of two keys', { matches: metadata('on') }, { matches: [{ metadata: { 'x-b': MetadataMatch.exact('off') } }] }],
  ])('%s are refused: which one counts', (_, first, second) => {
    const attempt = () =>
      payments(({ shop, service }) => {
        new FaultInjection(shop, 'first', { service, abort, ...base, ...first });
        new FaultInjection(shop, 'second', { service, abort, ...base, ...second });
      });
    const { code, message } = refusal(attempt);
    expect(code).toBe('FaultTaken');
    expect(message).toContain('coffee-shop/first (FaultInjection)');
  });

  test.each<[string, Partial<FaultInjectionProps>, Partial<FaultInjectionProps>]>([
    ['of different RPCs', { operations: ['Charge'] }, { operations: ['Refund'] }],
    ['of different values', { matches: metadata('on') }, { matches: metadata('off') }],
  ])('%s go together', (_, first, second) => {
    expect(() =>
      payments(({ shop, service }) => {
        new FaultInjection(shop, 'first', { service, abort, ...base, ...first });
        new FaultInjection(shop, 'second', { service, abort, ...base, ...second });
      }),
    ).not.toThrow();
  });

  test('of callers of which one is the same are refused', () => {
    const attempt = () =>
      payments(({ shop, service, client }) => {
        const both = [{ caller: client }, { caller: service }];
        new FaultInjection(shop, 'first', { service, abort, ...base, matches: [{ caller: client }] });
        new FaultInjection(shop, 'second', { service, abort, ...base, matches: both });
      });
    expect(refusal(attempt).code).toBe('FaultTaken');
  });

  test('of different callers go together', () => {
    expect(() =>
      payments(({ shop, service, client }) => {
        new FaultInjection(shop, 'first', { service, abort, ...base, matches: [{ caller: client }] });
        new FaultInjection(shop, 'second', { service, abort, ...base, matches: [{ caller: service }] });
      }),
    ).not.toThrow();
  });
});

describe('input that is wrong', () => {
  const attempt =
    (props: Partial<FaultInjectionProps>, id = 'game-day') =>
    (shop: ZeroTrustNamespace) =>
      new FaultInjection(shop, id, { service: payment(shop), abort, ...base, ...props });
  const delay = { duration: Duration.seconds(1), percentage: 1 };

  test.each<[string, string, (shop: ZeroTrustNamespace) => unknown]>([
    ['a fault that breaks nothing', 'NoFault', attempt({ abort: undefined })],
    ['an abort of no call', 'InvalidPercentage', attempt({ abort: { ...abort, percentage: 0 } })],
    ['a delay of no call', 'InvalidPercentage', attempt({ delay: { ...delay, percentage: 0 } })],
    ['a delay of no time', 'InvalidDuration', attempt({ delay: { ...delay, duration: Duration.millis(0) } })],
    ['a fault that was to be over', 'Expired', attempt({ expires: '2020-01-01' })],
    ['a fault until some day', 'InvalidDay', attempt({ expires: 'soon' })],
    ['a fault without a reason', 'NoReason', attempt({ reason: ' ' })],
    ['an RPC that is not there', 'UnknownMethod', attempt({ operations: ['Chrage'] })],
    ['no RPC', 'NoOperations', attempt({ operations: [] })],
    ['no match', 'EmptyMatch', attempt({ matches: [] })],
    ['a match that says nothing', 'EmptyMatch', attempt({ matches: [{}] })],
    ['a key in capitals', 'InvalidHeader', attempt({ matches: [{ metadata: { A: MetadataMatch.present() } }] })],
    [
      'named callers outside',
      'CallersAtIngress',
      (shop) => attempt({ matches: [{ caller: order(shop) }], atIngress: true })(shop),
    ],
    ['an id that is not a name', 'InvalidName', attempt({}, 'Game_Day')],
    ['an id that is there already', 'DuplicateObject', attempt({}, 'payment')],
    [
      'a service of another team',
      'NotOurs',
      (shop) => {
        const attributes = { name: 'billing', namespaceName: 'finance', apis: [paymentApi] };
        const service = GrpcService.fromGrpcServiceAttributes(shop, 'billing', attributes);
        new FaultInjection(shop, 'game-day', { service, abort, ...base });
      },
    ],
    [
      'a fault in no namespace',
      'NoNamespace',
      (shop) => new FaultInjection(new App(), 'game-day', { service: payment(shop), abort, ...base }),
    ],
  ])('%s is refused', (_, code, refused) => {
    expect(refusal(() => refused(coffeeShop().shop)).code).toBe(code);
  });
});
