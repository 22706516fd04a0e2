import type { App } from 'cdk8s';
import {
  CallCondition,
  DeniedCalls,
  type GrpcService,
  GrpcWebGateway,
  JwtAuthentication,
  JwtIssuer,
  MeshIngress,
  MeshService,
  PlaintextPort,
  TlsCertificate,
  Workload,
  type ZeroTrustNamespace,
} from '../src';
import { Asked } from './support/asked';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, order, payment } from './support/shop';

const reason = 'its agent cannot run beside a proxy, see OPS-77';
const charge = '/coffee.v1.Payment/Charge';

interface Shop {
  readonly app: App;
  readonly shop: ZeroTrustNamespace;
  readonly outside: GrpcService;
  readonly inside: GrpcService;
}

/** `payment` runs without a proxy, `order` calls it. */
function shop(): Shop {
  const { app, shop } = coffeeShop();
  const workload = Workload.image('ghcr.io/acme/payment:1', { outsideMesh: { reason } });
  const outside = payment(shop, { workload });
  const inside = order(shop);
  inside.calls(outside, ['Charge']);
  return { app, shop, outside, inside };
}

describe('pods without a proxy', () => {
  test('say so by a label, and why on their Deployment', () => {
    const { spec, metadata } = Manifests.of(shop().app).get('Deployment', 'payment') as never as {
      spec: { template: { metadata: { labels: object; annotations?: object } } };
      metadata: { annotations: object };
    };
    expect(spec.template.metadata.labels).toMatchObject({ 'sidecar.istio.io/inject': 'false' });
    expect(spec.template.metadata.annotations ?? {}).toEqual({});
    expect(metadata.annotations).toHaveProperty(['opt-out.cdk8s-grpc-mesh/outside-mesh'], reason);
  });

  test('have no object that only a proxy would read', () => {
    const kinds = Manifests.of(shop().app)
      .all.filter(({ metadata }) => metadata.name === 'payment')
      .map(({ kind }) => kind);
    expect(kinds).not.toContain('AuthorizationPolicy');
    expect(kinds).not.toContain('Sidecar');
    expect(kinds).toContain('NetworkPolicy');
  });

  test('are called by declared callers, by all of the port, and by nobody else', () => {
    const asked = Asked.of(shop().app);
    const from = 'coffee-shop/order';
    expect(asked.inside({ from, to: 'payment', path: charge })).toBe('allow');
    expect(asked.inside({ from, to: 'payment', path: '/coffee.v1.Payment/Refund' })).toBe('allow');
    expect(asked.inside({ from: 'coffee-shop/payment', to: 'order', path: '/coffee.v1.Order/PlaceOrder' })).toMatch(
      /^deny/,
    );
  });

  test('call only what takes plaintext, which the synth says', () => {
    const { app, shop: home, outside, inside } = shop();
    outside.calls(inside, ['TrackOrder']);
    expect(outside.node.validate().join()).toContain('[NoIdentityToShow]');
    new PlaintextPort(home, 'payment-calls', {
      service: inside,
      operations: ['TrackOrder'],
      callerNamespace: 'coffee-shop',
      callerLabels: { app: 'payment' },
      reason,
    });
    expect(outside.node.validate()).toEqual([]);
    const from = 'coffee-shop/payment';
    const asked = Asked.of(app);
    expect(asked.inside({ from, to: 'order', path: '/coffee.v1.Order/TrackOrder' })).toBe('allow');
    expect(asked.inside({ from, to: 'order', path: '/coffee.v1.Order/PlaceOrder' })).toBe('deny 7');
  });
});

test('whatever else runs under their ServiceAccount gets in by no name of theirs', () => {
  const principals = (workload: Workload) => {
    const { app, shop: home } = coffeeShop();
    const [caller, callee] = [payment(home, { workload }), order(home)];
    caller.calls(callee, ['TrackOrder']);
    const it = { callerNamespace: 'coffee-shop', callerLabels: { app: 'payment' }, reason };
    new PlaintextPort(home, 'payment-calls', { service: callee, operations: ['TrackOrder'], ...it });
    return JSON.stringify(Manifests.of(app).get('AuthorizationPolicy', 'order').spec);
  };
  const name = 'ns/coffee-shop/sa/payment';
  expect(principals(Workload.image('ghcr.io/acme/payment:1', { outsideMesh: { reason } }))).not.toContain(name);
  expect(principals(Workload.image('ghcr.io/acme/payment:1'))).toContain(name);
});

test('a caller with a proxy needs no port for plaintext', () => {
  const { shop: home } = coffeeShop();
  const caller = order(home);
  caller.calls(payment(home), ['Charge']);
  expect(caller.node.validate()).toEqual([]);
});

test('pods have a proxy where nothing is said', () => {
  const { app, shop: home } = coffeeShop();
  payment(home);
  const { spec } = Manifests.of(app).get('Deployment', 'payment');
  expect(spec.template.metadata.labels).not.toHaveProperty(['sidecar.istio.io/inject']);
});

describe('refused for pods without a proxy is', () => {
  test.each<[string, string, (of: Shop) => unknown]>([
    ['a denial', 'NoProxy', ({ shop: home, outside }) => new DeniedCalls(home, 'never', { service: outside })],
    [
      'a denial of their calls',
      'NoIdentityToShow',
      ({ shop: home, outside, inside }) => new DeniedCalls(home, 'never', { service: inside, callers: [outside] }),
    ],
    [
      'an exception for their calls',
      'NoIdentityToShow',
      ({ shop: home, outside, inside }) =>
        new DeniedCalls(home, 'never', { service: inside, exceptCallers: [outside] }),
    ],
    [
      'a question for tokens',
      'NoProxy',
      ({ shop: home, outside }) =>
        new JwtAuthentication(home, 'users', {
          service: outside,
          issuers: [JwtIssuer.of('https://login.example', { audiences: ['coffee'] })],
        }),
    ],
    [
      'a port for plaintext, which all of theirs are',
      'NoProxy',
      ({ shop: home, outside: service }) =>
        new PlaintextPort(home, 'open', { service, callerNamespace: 'legacy', reason }),
    ],
    [
      'a call with conditions',
      'NoProxy',
      ({ outside, inside }) => inside.calls(outside, ['Charge'], { when: [CallCondition.metadata('x-a', ['b'])] }),
    ],
    [
      'a translation of grpc-web',
      'NoProxy',
      ({ shop: home, outside }) => {
        const certificate = TlsCertificate.fromSecret('tls');
        const ingress = new MeshIngress(home, 'edge', { host: 'api.example.com', certificate });
        new GrpcWebGateway(home, 'web', { ingress, origins: ['https://example.com'] }).expose(outside, ['Charge']);
      },
    ],
    [
      'no reason',
      'NoReason',
      ({ shop: home }) =>
        new MeshService(home, 'other', { workload: Workload.image('it:1', { outsideMesh: { reason: '' } }) }),
    ],
  ])('%s', (_, code, attempt) => {
    expect(refusal(() => attempt(shop())).code).toBe(code);
  });
});
