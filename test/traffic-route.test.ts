import { App, Duration } from 'cdk8s';
import {
  CallCondition,
  CanaryRelease,
  DeniedCalls,
  GatewayWorkload,
  GrpcApi,
  GrpcService,
  GrpcWebGateway,
  JwtAuthentication,
  JwtIssuer,
  MeshIngress,
  MeshPort,
  MeshService,
  MetadataMatch,
  RolloutController,
  RouteTarget,
  TlsCertificate,
  TrafficRoute,
  type TrafficRouteProps,
  Workload,
  ZeroTrustNamespace,
} from '../src';
import { ARRIVES, carries, STOPPED } from './support/carries';
import { leaves } from './support/connects';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { type Routed, routeOf } from './support/routes';
import { coffeeShop, order, payment, paymentApi } from './support/shop';

const host = 'api.coffee.example';
const inside = { gateway: 'mesh', host: 'payment.coffee-shop.svc.cluster.local', port: 50051 };
const outside = { gateway: 'coffee-shop/edge', host };
const charge = '/coffee.v1.Payment/Charge';
const refund = '/coffee.v1.Payment/Refund';
const tester = [{ metadata: { 'x-tester': MetadataMatch.exact('yes') } }];
const headers = { 'x-tester': 'yes' };
const client = { namespace: 'coffee-shop', name: 'order' };
const beta = { namespace: 'lab', name: 'beta' };
const pods = (app: string) => ({ namespace: 'coffee-shop', labels: { app } });

interface Setting {
  readonly app: App;
  readonly shop: ZeroTrustNamespace;
  readonly service: GrpcService;
  readonly caller: GrpcService;
  readonly target: GrpcService;
}

/** `payment`, called by `order` and exposed, and `beta` of another namespace that serves the same. */
function payments(more: (setting: Setting) => void): Manifests {
  const { app, shop } = coffeeShop();
  const target = new GrpcService(new ZeroTrustNamespace(app, 'lab'), 'beta', {
    workload: Workload.image('ghcr.io/acme/beta:1.0.0'),
    apis: [paymentApi],
  });
  const setting = { app, shop, service: payment(shop), caller: order(shop), target };
  setting.caller.calls(setting.service, ['Charge', 'WatchCharges']);
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  new MeshIngress(shop, 'edge', { host, certificate, gateway: GatewayWorkload.own() }).expose(setting.service);
  more(setting);
  return Manifests.of(app);
}

const routed = (props: Partial<TrafficRouteProps> | ((setting: Setting) => Partial<TrafficRouteProps>) = {}) =>
  payments((setting) => {
    const own = typeof props === 'function' ? props(setting) : props;
    const to = RouteTarget.service(setting.target);
    new TrafficRoute(setting.shop, 'testers', { service: setting.service, matches: tester, to, ...own });
  });

const goes = (route: Routed | undefined) =>
  route?.destinations.map(({ host: to, subset }) => `${to.split('.')[0]} ${subset}`);

describe('a route', () => {
  test.each(paymentApi.methods)('leads $name elsewhere, with its own deadline and retries', ({ path }) => {
    const manifests = routed();
    const there = routeOf(manifests, { ...inside, path, headers });
    const here = routeOf(manifests, { ...inside, path });
    expect(goes(there)).toEqual(['beta stable']);
    expect(goes(here)).toEqual(['payment stable']);
    expect([there?.timeout, there?.retries]).toEqual([here?.timeout, here?.retries]);
  });

  test('leaves other RPCs where they are', () => {
    const manifests = routed({ operations: ['Charge'] });
    expect(goes(routeOf(manifests, { ...inside, path: charge, headers }))).toEqual(['beta stable']);
    expect(goes(routeOf(manifests, { ...inside, path: refund, headers }))).toEqual(['payment stable']);
  });

  test('takes calls of which all holds that one of its matches says', () => {
    const both = { 'x-a': MetadataMatch.prefix('a'), 'x-b': MetadataMatch.absent() };
    const manifests = routed({ matches: [{ metadata: both }, { metadata: { 'x-c': MetadataMatch.regex('c+') } }] });
    const to = (sent: Record<string, string>) =>
      goes(routeOf(manifests, { ...inside, path: charge, headers: sent }))?.[0];
    expect(to({ 'x-a': 'ab' })).toBe('beta stable');
    expect(to({ 'x-a': 'ab', 'x-b': '' })).toBe('payment stable');
    expect(to({ 'x-a': 'ba' })).toBe('payment stable');
    expect(to({ 'x-c': 'cc' })).toBe('beta stable');
    expect(to({})).toBe('payment stable');
  });

  test('takes calls of a caller', () => {
    const manifests = routed(({ caller }) => ({ matches: [{ caller }] }));
    expect(goes(routeOf(manifests, { ...inside, path: charge, client: pods('order') }))).toEqual(['beta stable']);
    expect(goes(routeOf(manifests, { ...inside, path: charge, client: pods('web') }))).toEqual(['payment stable']);
  });

  test('comes before those that were said later', () => {
    const manifests = payments(({ shop, service, target }) => {
      const to = RouteTarget.service(target);
      new TrafficRoute(shop, 'first', { service, matches: tester, requestHeaders: { set: { 'x-first': '1' } } });
      new TrafficRoute(shop, 'second', { service, to });
    });
    expect(goes(routeOf(manifests, { ...inside, path: charge, headers }))).toEqual(['payment stable']);
    expect(goes(routeOf(manifests, { ...inside, path: charge }))).toEqual(['beta stable']);
  });

  test.each(['canary', 'stable'] as const)('may lead to the %s version, whatever the weight', (version) => {
    const manifests = payments(({ shop, service }) => {
      new TrafficRoute(shop, 'testers', { service, matches: tester, to: RouteTarget[version]() });
      new CanaryRelease(shop, 'next', { service, image: 'ghcr.io/acme/payment:1.5.0', weight: 50 });
    });
    expect(goes(routeOf(manifests, { ...inside, path: charge, headers }))).toEqual([`payment ${version}`]);
    expect(goes(routeOf(manifests, { ...inside, path: charge }))).toEqual(['payment stable', 'payment canary']);
  });

  test('leaves the canary of the other service its share', () => {
    const manifests = routed(({ app, target }) => {
      const lab = app.node.findChild('lab');
      new CanaryRelease(lab, 'beta-next', { service: target, image: 'ghcr.io/acme/beta:1.1.0', weight: 20 });
      return {};
    });
    expect(goes(routeOf(manifests, { ...inside, path: charge, headers }))).toEqual(['beta stable', 'beta canary']);
  });

  test('changes metadata on the way, of all its calls or of those that go there', () => {
    const manifests = routed(({ target }) => ({
      to: RouteTarget.service(target, { responseHeaders: { set: { 'x-by': 'beta' } } }),
      requestHeaders: { set: { 'x-tier': 'beta' }, remove: ['x-debug'] },
    }));
    const { http } = manifests.get('VirtualService', 'payment').spec;
    const route = http.find(({ name }: { name: string }) => name === 'unary-testers');
    expect(route.headers).toEqual({ request: { set: { 'x-tier': 'beta' }, remove: ['x-debug'] } });
    expect(route.route[0].headers).toEqual({ response: { set: { 'x-by': 'beta' } } });
  });

  test('leads nobody from outside elsewhere, unless that was asked for', () => {
    expect(goes(routeOf(routed(), { ...outside, path: charge, headers }))).toEqual(['payment stable']);
    expect(goes(routeOf(routed({ atIngress: true }), { ...outside, path: charge, headers }))).toEqual(['beta stable']);
  });
});

describe('whoever may make a call', () => {
  test('may come with it to where it is led', () => {
    expect(carries(routed(), client, beta, charge)).toEqual(ARRIVES);
  });

  test.each([
    ['with another one', routed, refund],
    ['with one that is not led there', () => routed({ operations: ['WatchCharges'] }), charge],
  ])('may not come %s', (_, manifests, path) => {
    expect(carries(manifests(), client, beta, path).admitted).toBe(false);
  });

  test('may not come there without the route', () => {
    expect(
      carries(
        payments(() => undefined),
        client,
        beta,
        charge,
      ),
    ).toEqual(STOPPED);
  });

  test('may not come where it is not meant', () => {
    const manifests = routed(({ shop }) => ({ matches: [{ caller: web(shop) }] }));
    expect(carries(manifests, client, beta, charge)).toEqual(STOPPED);
  });

  test('may come if it is meant', () => {
    const manifests = routed(({ caller }) => ({ matches: [{ caller }] }));
    expect(carries(manifests, client, beta, charge)).toEqual(ARRIVES);
  });

  test('may come if that is declared after the route', () => {
    const manifests = payments(({ shop, service, target }) => {
      const page = web(shop);
      new TrafficRoute(shop, 'all', { service, to: RouteTarget.service(target) });
      page.calls(service, ['Refund']);
    });
    expect(carries(manifests, { namespace: 'coffee-shop', name: 'web' }, beta, refund)).toEqual(ARRIVES);
  });

  test('comes from outside only if that was asked for', () => {
    const edge = { namespace: 'coffee-shop', name: 'edge', labels: { istio: 'edge' } };
    const from = (manifests: Manifests) => {
      const [{ spec }] = manifests.kind('Gateway');
      const gateway = { ...edge, labels: spec.selector };
      const to = { namespace: 'lab', labels: { app: 'beta' } };
      return {
        admitted: carries(manifests, gateway, beta, refund).admitted,
        leaves: leaves(manifests, { from: gateway, to, port: 50051 }),
      };
    };
    expect(from(routed())).toEqual({ admitted: false, leaves: false });
    expect(from(routed({ atIngress: true }))).toEqual({ admitted: true, leaves: true });
  });

  test.each([
    [true, 'grpc-web'],
    [false, 'grpc'],
  ])('may be a browser, if it may come from outside: %s', (atIngress, protocol) => {
    const { app, shop } = coffeeShop();
    const [service, target] = [payment(shop), other(shop)];
    const ingress = new MeshIngress(shop, 'edge', { host, certificate: TlsCertificate.fromSecret('coffee-tls') });
    new TrafficRoute(shop, 'way', { service, matches: tester, to: RouteTarget.service(target), atIngress });
    new GrpcWebGateway(shop, 'web', { ingress, origins: ['https://coffee.example'] }).expose(service, ['Charge']);
    expect(Manifests.of(app).get('Service', 'other').spec.ports[0].appProtocol).toBe(protocol);
  });

  test('brings along why anybody may, if anybody may', () => {
    const door = 'opt-out.cdk8s-grpc-mesh/dangerously-allow-any-caller';
    const manifests = routed(({ service }) => {
      service.dangerouslyAllowAnyCaller({ operations: ['Charge'], reason: 'kiosks' });
      return {};
    });
    expect(manifests.get('AuthorizationPolicy', 'beta').metadata.annotations?.[door]).toBe('kiosks');
    expect(routed().get('AuthorizationPolicy', 'beta').metadata.annotations?.[door]).toBeUndefined();
  });
});

function other(shop: ZeroTrustNamespace): GrpcService {
  return new GrpcService(shop, 'other', { workload: Workload.image('ghcr.io/acme/other:1.0.0'), apis: [paymentApi] });
}

function web(shop: ZeroTrustNamespace, ports: MeshPort[] = []): MeshService {
  return new MeshService(shop, 'web', { workload: Workload.image('ghcr.io/acme/web:1.0.0'), ports });
}

describe('plain HTTP', () => {
  const pages = (props: Partial<TrafficRouteProps>) => {
    const { app, shop } = coffeeShop();
    const service = web(shop, [MeshPort.http(8080)]);
    order(shop).calls(service, ['/docs/', '/old']);
    new TrafficRoute(shop, 'way', { service, operations: ['/docs/'], ...props });
    return Manifests.of(app);
  };
  const at = (path: string) => ({ gateway: 'mesh', host: 'web.coffee-shop.svc.cluster.local', port: 8080, path });
  const page = { namespace: 'coffee-shop', name: 'web', port: 8080 };

  test('gets another path, and is admitted under that', () => {
    const manifests = pages({ rewrite: '/v2/docs/' });
    expect(routeOf(manifests, at('/docs/a'))?.rewrite).toEqual({ uri: '/v2/docs/' });
    expect(routeOf(manifests, at('/old'))?.rewrite).toBeUndefined();
    expect(carries(manifests, client, page, '/v2/docs/a', 'GET')).toEqual(ARRIVES);
    expect(carries(manifests, client, page, '/v2/other', 'GET').admitted).toBe(false);
  });

  test('is sent elsewhere', () => {
    const manifests = pages({ redirect: { path: '/new', host: 'docs.example.com', status: 308 } });
    const want = { uri: '/new', authority: 'docs.example.com', redirectCode: 308 };
    const found = routeOf(manifests, at('/docs/a'));
    expect([found?.redirect, found?.retries, found?.destinations]).toEqual([want, undefined, []]);
  });
});

describe('input that is wrong', () => {
  type Attempt = (shop: ZeroTrustNamespace) => unknown;
  const attempt =
    (props: Partial<TrafficRouteProps>, id = 'way'): Attempt =>
    (shop) =>
      new TrafficRoute(shop, id, { service: payment(shop), requestHeaders: { remove: ['x-debug'] }, ...props });
  const http =
    (props: Partial<TrafficRouteProps>): Attempt =>
    (shop) =>
      new TrafficRoute(shop, 'way', { service: web(shop, [MeshPort.http(8080)]), operations: ['/a'], ...props });
  const to =
    (target: (shop: ZeroTrustNamespace) => MeshService): Attempt =>
    (shop) =>
      new TrafficRoute(shop, 'way', { service: payment(shop), to: RouteTarget.service(target(shop)) });
  const peer = { name: 'billing', namespaceName: 'finance', apis: [paymentApi] };

  test.each<[string, string, Attempt]>([
    ['a route that changes nothing', 'NoEffect', attempt({ requestHeaders: undefined })],
    ['a route whose headers do nothing', 'NoEffect', attempt({ requestHeaders: {} })],
    ['another path of an RPC', 'NotForRpcs', attempt({ rewrite: '/a' })],
    ['a redirect of an RPC', 'NotForRpcs', attempt({ redirect: { path: '/a' } })],
    ['a redirect with headers', 'NoEffect', http({ redirect: { path: '/b' }, requestHeaders: { remove: ['a'] } })],
    ['a redirect to where it is', 'InvalidRedirect', http({ redirect: {} })],
    ['a redirect of another status', 'InvalidRedirect', http({ redirect: { path: '/b', status: 200 } })],
    ['a redirect to no host', 'InvalidHost', http({ redirect: { host: 'a b' } })],
    ['a redirect to no path', 'InvalidPath', http({ redirect: { path: 'b' } })],
    ['a rewrite to no path', 'InvalidPath', http({ rewrite: 'b' })],
    ['a rewrite of one path to everything below', 'InvalidPath', http({ rewrite: '/b/' })],
    ['a rewrite of everything to one path', 'InvalidPath', http({ operations: ['/a/'], rewrite: '/b' })],
    ['a TCP port', 'NothingToRoute', (shop) => attempt({ service: web(shop, [MeshPort.tcp(6379)]) })(shop)],
    ['no match', 'EmptyMatch', attempt({ matches: [] })],
    [
      'callers outside',
      'CallersAtIngress',
      (shop) => attempt({ matches: [{ caller: order(shop) }], atIngress: true })(shop),
    ],
    ['an RPC that is not there', 'UnknownMethod', attempt({ operations: ['Chrage'] })],
    ['a header of gRPC', 'InvalidHeader', attempt({ requestHeaders: { set: { 'grpc-timeout': '1S' } } })],
    ['a service that serves something else', 'NotServedThere', to((shop) => order(shop))],
    [
      'a service that lacks one RPC',
      'NotServedThere',
      to((shop) => {
        const apis = [GrpcApi.of('coffee.v1.Payment', [{ name: 'Charge' }])];
        return new GrpcService(shop, 'half', { workload: Workload.image('half:1'), apis });
      }),
    ],
    ['a service of plain HTTP', 'AnotherProtocol', to((shop) => web(shop, [MeshPort.http(8080)]))],
    ['a service of another App', 'AnotherApp', to(() => payment(coffeeShop().shop))],
    [
      'calls of the service of another team',
      'NotOurs',
      (shop) => attempt({ service: GrpcService.fromGrpcServiceAttributes(shop, 'billing', peer) })(shop),
    ],
    ['an id that is not a name', 'InvalidName', attempt({}, 'Way_1')],
    ['an id that is there already', 'DuplicateObject', attempt({}, 'payment')],
    [
      'a route in no namespace',
      'NoNamespace',
      (shop) => new TrafficRoute(new App(), 'way', { service: payment(shop) }),
    ],
  ])('%s is refused', (_, code, refused) => {
    expect(refusal(() => refused(coffeeShop().shop)).code).toBe(code);
  });

  describe('a route that no call comes to', () => {
    const eu = { metadata: { 'x-region': MetadataMatch.exact('eu') } };
    const euBeta = { metadata: { ...eu.metadata, 'x-tier': MetadataMatch.exact('beta') } };
    const us = { metadata: { 'x-region': MetadataMatch.exact('us') } };
    const both = (first: Partial<TrafficRouteProps>[], last: Partial<TrafficRouteProps>) => () => {
      const { shop } = coffeeShop();
      const service = payment(shop);
      const effect = { service, requestHeaders: { set: { 'x-way': 'a' } } };
      first.forEach((props, i) => void new TrafficRoute(shop, `first-${i}`, { ...effect, ...props }));
      new TrafficRoute(shop, 'last', { ...effect, ...last });
    };

    test.each<[string, Partial<TrafficRouteProps>[], Partial<TrafficRouteProps>]>([
      ['after one for every call', [{}], { matches: [eu] }],
      ['after the same', [{ matches: [eu] }], { matches: [eu] }],
      ['after one for its RPC', [{ operations: ['Charge', 'Refund'] }], { operations: ['Charge'] }],
      ['after one that asks less', [{ matches: [us, eu] }], { matches: [euBeta] }],
      ['after two for half of it each', [{ operations: ['Charge'] }, { matches: [eu] }], { matches: [euBeta] }],
      [
        'after two for an RPC each',
        [{ operations: ['Charge'] }, { operations: ['Refund'] }],
        {
          operations: ['Refund', 'Charge'],
        },
      ],
      ['at the ingress after one there', [{ atIngress: true }], { atIngress: true, matches: [eu] }],
      ['inside after one for both', [{ atIngress: true }], { matches: [eu] }],
    ])('is refused: %s', (_, first, last) => {
      const { code, message } = refusal(both(first, last));
      expect(code).toBe('RouteShadowed');
      expect(message).toContain("'first-");
    });

    test.each<[string, Partial<TrafficRouteProps>[], Partial<TrafficRouteProps>]>([
      ['the wide one last', [{ matches: [eu] }], {}],
      ['another value', [{ matches: [eu] }], { matches: [us] }],
      ['another RPC', [{ operations: ['Charge'] }], { operations: ['Refund'] }],
      ['one RPC more', [{ operations: ['Charge'] }], { operations: ['Charge', 'Refund'] }],
      ['one that asks less after one that asks more', [{ matches: [euBeta] }], { matches: [eu] }],
      ['one match more', [{ matches: [eu] }], { matches: [eu, us] }],
      ['one at the ingress after one inside', [{}], { atIngress: true }],
    ])('but not: %s', (_, first, last) => {
      expect(both(first, last)).not.toThrow();
    });
  });

  test('a service of another team may be where calls are led', () => {
    expect(() =>
      to((shop) => GrpcService.fromGrpcServiceAttributes(shop, 'billing', peer))(coffeeShop().shop),
    ).not.toThrow();
  });

  test.each<[string, (shop: ZeroTrustNamespace, service: GrpcService, id: string) => unknown]>([
    ['a denial', (shop, service, id) => new DeniedCalls(shop, id, { service, operations: ['Refund'] })],
    [
      'a token',
      (shop, service, id) => {
        const issuers = [
          JwtIssuer.of('https://login.example', { audiences: ['a'], jwksUri: 'https://login.example/keys' }),
        ];
        return new JwtAuthentication(shop, id, { service, issuers });
      },
    ],
  ])('a way past %s is told at synth, unless there is one at its end', (_, guard) => {
    const attempt = (...ids: ('payment' | 'beta')[]) => {
      const { app, shop } = coffeeShop();
      const beta = new GrpcService(shop, 'beta', { workload: Workload.image('beta:1'), apis: [paymentApi] });
      const services = { payment: payment(shop), beta };
      new TrafficRoute(shop, 'way', { service: services.payment, to: RouteTarget.service(beta) });
      for (const id of ids) guard(shop, services[id], `${id}-guard`);
      app.synthYaml();
    };
    expect(() => attempt('payment')).toThrow('[GuardLost]');
    expect(() => attempt('payment', 'beta')).not.toThrow();
    expect(() => attempt('beta')).not.toThrow();
    expect(() => attempt()).not.toThrow();
  });

  test('a way past a denial of other calls is none', () => {
    const attempt = (denied: string) => () => {
      const { app, shop } = coffeeShop();
      const service = payment(shop);
      const to = RouteTarget.service(other(shop));
      new TrafficRoute(shop, 'way', { service, operations: ['Charge'], to });
      new DeniedCalls(shop, 'denied', { service, operations: [denied] });
      app.synthYaml();
    };
    expect(attempt('Charge')).toThrow('[GuardLost]');
    expect(attempt('Refund')).not.toThrow();
  });

  test('a denial of other calls at its end does not make up for one', () => {
    const attempt = (there: string[]) => () => {
      const { app, shop } = coffeeShop();
      const service = payment(shop);
      const beta = new GrpcService(shop, 'beta', { workload: Workload.image('beta:1'), apis: [paymentApi] });
      new TrafficRoute(shop, 'way', { service, to: RouteTarget.service(beta) });
      new DeniedCalls(shop, 'denied', { service, operations: ['Refund'] });
      new DeniedCalls(shop, 'denied-there', { service: beta, operations: there });
      app.synthYaml();
    };
    expect(attempt(['Charge'])).toThrow('[GuardLost]');
    expect(attempt(['Charge', 'Refund'])).not.toThrow();
  });

  test('a rewritten path is one way past a denial of the old one', () => {
    const attempt =
      (...denied: string[]) =>
      () => {
        const { app, shop } = coffeeShop();
        const workload = Workload.image('ghcr.io/acme/web:1');
        const service = new MeshService(shop, 'web', { workload, ports: [MeshPort.http(8080)] });
        new TrafficRoute(shop, 'way', { service, operations: ['/old/'], rewrite: '/' });
        new DeniedCalls(shop, 'denied', { service, operations: denied });
        app.synthYaml();
      };
    expect(attempt('/old/admin/')).toThrow('[GuardLost]');
    expect(attempt('/old/admin/', '/admin/')).not.toThrow();
    expect(attempt('/admin/')).not.toThrow();
  });

  test('a way past a condition, to pods that have no proxy to ask it, is told at synth', () => {
    const attempt = (outside: boolean, when: CallCondition[]) => () => {
      const { app, shop } = coffeeShop();
      const service = payment(shop);
      const outsideMesh = outside ? { reason: 'its client cannot' } : undefined;
      const workload = Workload.image('beta:1', { outsideMesh });
      const beta = new GrpcService(shop, 'beta', { workload, apis: [paymentApi] });
      order(shop).calls(service, ['Charge'], { when });
      new TrafficRoute(shop, 'way', { service, to: RouteTarget.service(beta) });
      app.synthYaml();
    };
    const condition = CallCondition.metadata('x-tier', ['gold']);
    expect(attempt(true, [condition])).toThrow('[NoProxy]');
    expect(attempt(true, [])).not.toThrow();
    expect(attempt(false, [condition])).not.toThrow();
  });

  test('a way past asked claims is told at synth, though both ends read tokens', () => {
    const attempt = (there: string[]) => () => {
      const { app, shop } = coffeeShop();
      const service = payment(shop);
      const beta = new GrpcService(shop, 'beta', { workload: Workload.image('beta:1'), apis: [paymentApi] });
      const issuers = [
        JwtIssuer.of('https://login.example', { audiences: ['a'], jwksUri: 'https://login.example/keys' }),
      ];
      new TrafficRoute(shop, 'way', { service, to: RouteTarget.service(beta) });
      const users = new JwtAuthentication(shop, 'users', { service, issuers });
      users.requireClaims(service, ['Refund'], { roles: ['admin'] });
      const same = new JwtAuthentication(shop, 'users-there', { service: beta, issuers });
      if (there.length > 0) same.requireClaims(beta, there, { roles: ['admin'] });
      app.synthYaml();
    };
    expect(attempt([])).toThrow('[GuardLost]');
    expect(attempt(['Charge'])).toThrow('[GuardLost]');
    expect(attempt(['Refund'])).not.toThrow();
  });

  test.each([
    [RolloutController.STATIC, false],
    [RolloutController.ARGO_ROLLOUTS, true],
    [RolloutController.FLAGGER, true],
  ])('a service whose release a controller carries out is no target: %s', (controller, refused) => {
    const { app, shop } = coffeeShop();
    const service = payment(shop);
    const beta = new GrpcService(shop, 'beta', { workload: Workload.image('beta:1'), apis: [paymentApi] });
    new TrafficRoute(shop, 'way', { service, to: RouteTarget.service(beta) });
    const steps = [{ weight: 5, pause: Duration.minutes(10) }];
    const weight = controller === RolloutController.STATIC ? 5 : undefined;
    new CanaryRelease(shop, 'next', { service: beta, image: 'beta:2', weight, rollout: { controller, steps } });
    if (refused) expect(() => app.synthYaml()).toThrow('[ReleasedByController]');
    else expect(() => app.synthYaml()).not.toThrow();
  });

  test('a canary that never comes is told at synth', () => {
    const attemptSynth = (withCanary: boolean) => () => {
      const { app, shop } = coffeeShop();
      const service = payment(shop);
      new TrafficRoute(shop, 'way', { service, to: RouteTarget.canary() });
      if (withCanary) new CanaryRelease(shop, 'next', { service, image: 'payment:2', weight: 0 });
      app.synthYaml();
    };
    expect(attemptSynth(false)).toThrow('[NoCanary]');
    expect(attemptSynth(true)).not.toThrow();
  });
});
