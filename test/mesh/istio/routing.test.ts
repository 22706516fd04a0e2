import { Duration } from 'cdk8s';
import {
  type CallPolicy,
  GrpcApi,
  GrpcService,
  type GrpcServiceProps,
  Idempotency,
  MeshPort,
  MeshService,
  RetryableStatus,
  RetryPolicy,
  Streaming,
  Workload,
} from '../../../src';
import { Manifests } from '../../support/manifests';
import { coffeeShop, payment } from '../../support/shop';

interface Route {
  readonly name: string;
  readonly match?: { readonly uri?: Record<string, string>; readonly port?: number }[];
  readonly timeout?: string;
  readonly retries?: { readonly attempts: number; readonly retryOn?: string; readonly perTryTimeout?: string };
  readonly route: { readonly destination: { readonly host: string; readonly port: { readonly number: number } } }[];
}

function routes(props?: Partial<GrpcServiceProps>): Route[] {
  const { app, shop } = coffeeShop();
  payment(shop, props);
  return Manifests.of(app).get('VirtualService', 'payment').spec.http;
}

/** The route that Envoy would take for a path: the first that matches. */
function routeOf(path: string, props?: Partial<GrpcServiceProps>): Route {
  const found = routes(props).find(
    ({ match }) => match === undefined || match.some(({ uri }) => uri?.exact === path || uri === undefined),
  );
  if (!found) throw new Error(`${path} has no route`);
  return found;
}

const rpc = (name: string) => `/coffee.v1.Payment/${name}`;
const UNEXECUTED = { attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' };
const IDEMPOTENT = { attempts: 2, retryOn: 'connect-failure,refused-stream,reset,unavailable,cancelled' };

describe('without a word of the user', () => {
  test.each(['WatchCharges', 'UploadReceipts', 'Negotiate'])('the stream %s has no timeout at all', (method) => {
    expect(routeOf(rpc(method))).not.toHaveProperty('timeout');
  });

  test.each(['WatchCharges', 'UploadReceipts', 'Negotiate'])(
    'the stream %s is repeated only if it reached no server',
    (method) => {
      expect(routeOf(rpc(method)).retries).toEqual(UNEXECUTED);
    },
  );

  test.each(['Charge', 'Refund', 'ListCharges'])('the unary RPC %s has 30 s, all tries together', (method) => {
    expect(routeOf(rpc(method)).timeout).toBe('30s');
  });

  test.each(['Refund', 'ListCharges'])('the repeatable RPC %s is repeated after broken calls as well', (method) => {
    expect(routeOf(rpc(method)).retries).toEqual(IDEMPOTENT);
  });

  test('an RPC of unknown idempotency is repeated only if it was certainly not executed', () => {
    expect(routeOf(rpc('Charge')).retries).toEqual(UNEXECUTED);
  });

  test('a path that the .proto does not know has neither timeout nor retry', () => {
    const { timeout, retries } = routeOf('/coffee.v1.Payment/New');
    expect([timeout, retries]).toEqual([undefined, { attempts: 0 }]);
  });

  test('there is one route for each distinct call policy, and the catch-all is last', () => {
    expect(routes().map(({ name, match }) => [name, match?.map(({ uri }) => uri?.exact)])).toEqual([
      ['unary', [rpc('Charge')]],
      ['unary-idempotent', [rpc('Refund'), rpc('ListCharges')]],
      ['streaming', [rpc('WatchCharges'), rpc('UploadReceipts'), rpc('Negotiate')]],
      ['default', undefined],
    ]);
  });

  test('every route leads to the pods of the service itself', () => {
    const destinations = routes().map(({ route }) => route);
    const itself = [
      { destination: { host: 'payment.coffee-shop.svc.cluster.local', port: { number: 50051 }, subset: 'stable' } },
    ];
    expect(destinations).toEqual([itself, itself, itself, itself]);
  });

  test('the routes hold for callers inside the mesh: no gateway is named', () => {
    const { app, shop } = coffeeShop();
    payment(shop);
    const { spec } = Manifests.of(app).get('VirtualService', 'payment');
    expect([Object.keys(spec), spec.hosts]).toEqual([['hosts', 'http'], ['payment.coffee-shop.svc.cluster.local']]);
  });

  test('the two APIs of a server share their routes', () => {
    const refunds = GrpcApi.of('coffee.v1.Refunds', [{ name: 'Charge' }]);
    const names = routes({ apis: [GrpcApi.of('coffee.v1.Payment', [{ name: 'Charge' }]), refunds] }).map(({ match }) =>
      match?.map(({ uri }) => uri?.exact),
    );
    expect(names).toEqual([[rpc('Charge'), '/coffee.v1.Refunds/Charge'], undefined]);
  });

  test('no duration of 0 is ever written: the API server refuses it', () => {
    expect(JSON.stringify(routes())).not.toMatch(/"0m?s"/);
  });
});

describe('the deadline', () => {
  test('of a service holds for its unary RPCs', () => {
    expect(routeOf(rpc('Charge'), { deadline: Duration.seconds(5) }).timeout).toBe('5s');
  });

  test('of a service does not end its streams', () => {
    expect(routeOf(rpc('Negotiate'), { deadline: Duration.seconds(5) })).not.toHaveProperty('timeout');
  });

  test.each([
    [Duration.millis(1), '1ms'],
    [Duration.millis(1500), '1500ms'],
    [Duration.minutes(2), '120s'],
  ])('is written in the unit that holds it', (deadline, timeout) => {
    expect(routeOf(rpc('Charge'), { deadline }).timeout).toBe(timeout);
  });

  test('of one RPC differs from the others', () => {
    const callPolicies = { Charge: { deadline: Duration.seconds(3) } };
    expect(['Charge', 'Refund'].map((name) => routeOf(rpc(name), { callPolicies }).timeout)).toEqual(['3s', '30s']);
  });

  test('of a stream ends it, if the user says so', () => {
    const callPolicies = { WatchCharges: { deadline: Duration.minutes(10) } };
    expect(routeOf(rpc('WatchCharges'), { callPolicies }).timeout).toBe('600s');
  });
});

describe('an override', () => {
  const overridden = (method: string, policy: CallPolicy) =>
    routeOf(rpc(method), { callPolicies: { [method]: policy } });

  test('has a route of its own, named after the RPC', () => {
    const { name, match } = overridden('Refund', { deadline: Duration.seconds(3) });
    expect([name, match]).toEqual(['coffee.v1.Payment/Refund', [{ uri: { exact: rpc('Refund') } }]]);
  });

  test('may be given by the full name of the RPC', () => {
    const callPolicies = { 'coffee.v1.Payment/Refund': { deadline: Duration.seconds(3) } };
    expect(routeOf(rpc('Refund'), { callPolicies }).timeout).toBe('3s');
  });

  test('of the deadline keeps the retries that the .proto allows', () => {
    expect(overridden('Refund', { deadline: Duration.seconds(3) }).retries).toEqual(IDEMPOTENT);
  });

  test('of the retries keeps the deadline', () => {
    expect(overridden('Refund', { retry: RetryPolicy.never() })).toMatchObject({
      timeout: '30s',
      retries: { attempts: 0 },
    });
  });

  test('by a per-try timeout repeats what timed out', () => {
    const retry = RetryPolicy.idempotent({ attempts: 2, perTryTimeout: Duration.seconds(10) });
    expect(overridden('Refund', { retry }).retries).toEqual({
      attempts: 2,
      perTryTimeout: '10s',
      retryOn: 'connect-failure,refused-stream,reset,unavailable,cancelled,deadline-exceeded',
    });
  });

  test('leaves every other RPC as it is', () => {
    const others = (callPolicies: Record<string, CallPolicy>) =>
      ['Charge', 'ListCharges', 'Negotiate'].map((name) => {
        const { timeout, retries } = routeOf(rpc(name), { callPolicies });
        return { timeout, retries };
      });
    expect(others({ Refund: { retry: RetryPolicy.never() } })).toEqual(others({}));
  });

  test('may be the last RPC of its group, and leaves no empty match', () => {
    const callPolicies = { Charge: { retry: RetryPolicy.never() } };
    expect(routes({ callPolicies }).filter(({ match }) => match?.length === 0)).toEqual([]);
  });
});

describe('a retry of what may have been executed', () => {
  const retry = RetryPolicy.dangerouslyRepeatExecuted({
    statuses: [RetryableStatus.UNAVAILABLE],
    reason: 'the server drops duplicates',
  });
  const virtualService = (callPolicies: Record<string, CallPolicy>) => {
    const { app, shop } = coffeeShop();
    payment(shop, { callPolicies });
    return Manifests.of(app).get('VirtualService', 'payment');
  };
  const MARK = 'opt-out.cdk8s-grpc-mesh/dangerously-repeat-executed';

  test('is written for an RPC of unknown idempotency', () => {
    expect(routeOf(rpc('Charge'), { callPolicies: { Charge: { retry } } }).retries).toEqual({
      attempts: 2,
      retryOn: 'connect-failure,refused-stream,reset,unavailable',
    });
  });

  test('leaves its reason on the VirtualService', () => {
    expect(virtualService({ Charge: { retry } }).metadata.annotations?.[MARK]).toBe(
      'Charge: the server drops duplicates',
    );
  });

  test('leaves one reason for each RPC', () => {
    const other = RetryPolicy.dangerouslyRepeatExecuted({
      statuses: [RetryableStatus.INTERNAL],
      reason: 'a negotiation can start again',
    });
    const { annotations } = virtualService({ Negotiate: { retry: other }, Charge: { retry } }).metadata;
    expect(annotations?.[MARK]).toBe('Charge: the server drops duplicates; Negotiate: a negotiation can start again');
  });

  test('leaves no mark on other objects', () => {
    const { app, shop } = coffeeShop();
    payment(shop, { callPolicies: { Charge: { retry } } });
    const marked = Manifests.of(app).all.filter(({ metadata }) => metadata.annotations?.[MARK] !== undefined);
    expect(marked.map(({ kind }) => kind)).toEqual(['VirtualService']);
  });

  test('needs no mark where the .proto allows it', () => {
    const status = RetryPolicy.onStatus([RetryableStatus.RESOURCE_EXHAUSTED]);
    expect(virtualService({ Refund: { retry: status } }).metadata.annotations).not.toHaveProperty([MARK]);
  });
});

describe('several ports', () => {
  const several = [MeshPort.http(8080), MeshPort.tcp(9000)];

  test('leave a path that is also that of an RPC on the port on which it is called', () => {
    const matches = routes({ ports: several }).flatMap(({ match }) => match ?? []);
    expect(matches.filter(({ uri, port }) => uri !== undefined && port !== 50051)).toEqual([]);
  });

  test('are not counted where only one of them takes requests', () => {
    const matches = routes({ ports: [MeshPort.tcp(9000)] }).flatMap(({ match }) => match ?? []);
    expect(matches.filter(({ port }) => port !== undefined)).toEqual([]);
  });

  test('have a catch-all each, if they carry requests', () => {
    const last = routes({ ports: several }).slice(-2);
    expect(last.map(({ name, match, retries, route }) => [name, match, retries, route[0].destination.port])).toEqual([
      ['default-grpc', [{ port: 50051 }], { attempts: 0 }, { number: 50051 }],
      ['default-http', [{ port: 8080 }], UNEXECUTED, { number: 8080 }],
    ]);
  });

  test('leave the RPCs on the port of the RPCs', () => {
    expect(routeOf(rpc('Charge'), { ports: several }).route[0].destination.port).toEqual({ number: 50051 });
  });
});

describe('a service without a .proto', () => {
  const virtualService = (ports: MeshPort[]) => {
    const { app, shop } = coffeeShop();
    new MeshService(shop, 'web', { workload: Workload.image('web:1'), ports });
    return Manifests.of(app).kind('VirtualService');
  };

  test('that speaks HTTP has one route without a deadline, since a download may take long', () => {
    expect(virtualService([MeshPort.http(8080)])[0].spec.http).toEqual([
      {
        name: 'default',
        retries: UNEXECUTED,
        route: [
          { destination: { host: 'web.coffee-shop.svc.cluster.local', port: { number: 8080 }, subset: 'stable' } },
        ],
      },
    ]);
  });

  test('that speaks gRPC is never repeated', () => {
    expect(virtualService([MeshPort.grpc(9000)])[0].spec.http[0].retries).toEqual({ attempts: 0 });
  });

  test.each([[[]], [[MeshPort.tcp(6379)]]])('that carries no requests has no routes', (ports) => {
    expect(virtualService(ports)).toEqual([]);
  });
});

test('idempotency does not make a stream repeatable', () => {
  const { app, shop } = coffeeShop();
  const api = GrpcApi.of('etcd.Watch', [
    { name: 'Watch', streaming: Streaming.BIDI, idempotency: Idempotency.IDEMPOTENT },
  ]);
  new GrpcService(shop, 'etcd', { workload: Workload.image('etcd:3'), apis: [api] });
  expect(Manifests.of(app).get('VirtualService', 'etcd').spec.http[0].retries).toEqual(UNEXECUTED);
});
