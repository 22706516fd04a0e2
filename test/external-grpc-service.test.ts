import { Duration } from 'cdk8s';
import { ExternalGrpcService, type ExternalGrpcServiceProps, RetryableStatus, RetryPolicy } from '../src';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, order, payment, paymentApi } from './support/shop';

const host = 'api.cards.example';
const cards = { host, apis: [paymentApi] };

interface Route {
  readonly name: string;
  readonly timeout?: string;
  readonly retries: { readonly attempts: number; readonly retryOn?: string };
  readonly match: { readonly uri: { readonly exact: string }; readonly sourceLabels: Record<string, string> }[];
}

/** An API outside of which `order` and `payment` call one RPC each, beside those that are named. */
function called(props: Partial<ExternalGrpcServiceProps> = {}, ...more: string[]): Manifests {
  const { app, shop } = coffeeShop();
  const outside = new ExternalGrpcService(shop, 'cards', { ...cards, ...props });
  order(shop).calls(outside, ['Charge', ...more]);
  payment(shop).calls(outside, ['Refund']);
  return Manifests.of(app);
}

function routes(manifests: Manifests): Route[] {
  return manifests.get('VirtualService', 'cards').spec.http;
}

/** Who gets a route for which RPC. */
function routed(manifests: Manifests): string[] {
  return routes(manifests).flatMap(({ match }) =>
    match.map(({ uri, sourceLabels }) => `${sourceLabels.app} ${uri.exact.replace(/.*\//, '')}`),
  );
}

test('the application dials the port that the proxy dials, so nothing leaves in the clear without one', () => {
  const { spec } = called().get('ServiceEntry', 'cards');
  expect(spec.ports).toEqual([{ number: 443, name: 'grpc', protocol: 'GRPC' }]);
  expect(called().get('DestinationRule', 'cards').spec.trafficPolicy.tls.mode).toBe('SIMPLE');
});

test('another port is for both', () => {
  expect(called({ port: 50051 }).get('ServiceEntry', 'cards').spec.ports[0].number).toBe(50051);
  expect(routes(called({ port: 50051 }))[0]).toMatchObject({
    route: [{ destination: { host, port: { number: 50051 } } }],
  });
});

test('each caller has a route for the RPCs that it declared, and for no other', () => {
  expect(routed(called()).sort()).toEqual(['order Charge', 'payment Refund']);
});

test('two callers of one RPC share its route', () => {
  expect(routed(called({}, 'Refund')).sort()).toEqual(['order Charge', 'order Refund', 'payment Refund']);
});

test('deadline and retries are those of the .proto', () => {
  const [unary, idempotent, streaming] = routes(called({}, 'WatchCharges'));
  expect(unary).toMatchObject({ name: 'unary', timeout: '30s' });
  expect(unary.retries.retryOn).not.toContain('unavailable');
  expect(idempotent).toMatchObject({ name: 'unary-idempotent', timeout: '30s' });
  expect(idempotent.retries.retryOn).toContain('unavailable');
  expect(streaming).toMatchObject({ name: 'streaming' });
  expect(streaming.timeout).toBeUndefined();
});

test('deadline and retries are what the user said', () => {
  const callPolicies = { Charge: { deadline: Duration.seconds(2), retry: RetryPolicy.never() } };
  const found = routes(called({ deadline: Duration.seconds(9), callPolicies }));
  expect(found.find(({ name }) => name === 'coffee.v1.Payment/Charge')).toMatchObject({
    timeout: '2s',
    retries: { attempts: 0 },
  });
  expect(found.find(({ name }) => name === 'unary-idempotent')).toMatchObject({ timeout: '9s' });
});

test('a repetition that the .proto does not allow stands on the routes', () => {
  const retry = RetryPolicy.dangerouslyRepeatExecuted({
    statuses: [RetryableStatus.UNAVAILABLE],
    reason: 'the acquirer knows doubles',
  });
  const { metadata } = called({ callPolicies: { Charge: { retry } } }).get('VirtualService', 'cards');
  expect(metadata.annotations?.['opt-out.cdk8s-grpc-mesh/dangerously-repeat-executed']).toBe(
    'Charge: the acquirer knows doubles',
  );
});

test('it knows its RPCs', () => {
  const { shop } = coffeeShop();
  const outside = new ExternalGrpcService(shop, 'cards', cards);
  expect(outside.methods.map(({ name }) => name)).toContain('WatchCharges');
});

test.each<[string, string[] | undefined, string | undefined]>([
  ['an RPC that its API does not have', ['Chrage'], 'UnknownMethod'],
  ['an RPC of another API', ['coffee.v1.Order/PlaceOrder'], 'NotServedHere'],
  ['no RPC', [], 'NoOperations'],
  ['all of them', undefined, undefined],
  ['one of them', ['Charge'], undefined],
])('to call %s is answered', (_, operations, code) => {
  const { shop } = coffeeShop();
  const outside = new ExternalGrpcService(shop, 'cards', cards);
  const attempt = () => order(shop).calls(outside, operations);
  if (code === undefined) expect(attempt).not.toThrow();
  else expect(refusal(attempt).code).toBe(code);
});

test.each<[string, Partial<ExternalGrpcServiceProps>, string]>([
  ['no API', { apis: [] }, 'NoApis'],
  ['one API twice', { apis: [paymentApi, paymentApi] }, 'DuplicateApi'],
  ['a port that none is', { port: 0 }, 'InvalidPort'],
  ['a policy of an RPC that it does not have', { callPolicies: { Chrage: {} } }, 'UnknownMethod'],
  [
    'a retry of what may not be executed twice',
    { callPolicies: { Charge: { retry: RetryPolicy.idempotent() } } },
    'RetryNotIdempotent',
  ],
])('refuses %s', (_, props, code) => {
  expect(refusal(() => called(props)).code).toBe(code);
});
