import { type App, Duration } from 'cdk8s';
import {
  type CallPolicy,
  GrpcApi,
  GrpcService,
  type GrpcServiceProps,
  MeshPort,
  RetryPolicy,
  Workload,
  ZeroTrustNamespace,
} from '../src';
import { ARRIVES, carries, STOPPED } from './support/carries';
import { Manifests } from './support/manifests';
import { type Program, refused, written } from './support/program';
import { coffeeShop, order, orderApi, payment, paymentApi } from './support/shop';

const NS = 'coffee-shop';
const at = (name: string) => ({ namespace: NS, name });
const rpc = (name: string) => `/coffee.v1.Payment/${name}`;
const METHODS = ['Charge', 'Refund', 'ListCharges', 'WatchCharges', 'UploadReceipts', 'Negotiate'];
const HEALTH = '/grpc.health.v1.Health/Check';
const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';

/** order calls payment; menu does not. */
function shopping(operations?: string[], props?: Partial<GrpcServiceProps>): Manifests {
  const { app, shop } = coffeeShop();
  const server = payment(shop, props);
  order(shop).calls(server, operations);
  new GrpcService(shop, 'menu', { workload: Workload.image('menu:1'), apis: [orderApi] });
  return Manifests.of(app);
}

describe('a declared call', () => {
  test('passes every wall', () => {
    expect(carries(shopping(['Charge']), at('order'), at('payment'), rpc('Charge'))).toEqual(ARRIVES);
  });

  test('is one rule: this caller, this RPC, by POST, on the port of the container', () => {
    expect(shopping(['Charge'], { port: 443, containerPort: 9000 }).get('AuthorizationPolicy', 'payment').spec).toEqual(
      {
        selector: { matchLabels: { app: 'payment' } },
        action: 'ALLOW',
        rules: [
          {
            from: [{ source: { principals: ['cluster.local/ns/coffee-shop/sa/order'] } }],
            to: [{ operation: { ports: ['9000'], methods: ['POST'], paths: [rpc('Charge')] } }],
          },
        ],
      },
    );
  });

  test('opens both ends of the connection, on the port of the container', () => {
    const manifests = shopping(['Charge'], { port: 443, containerPort: 9000 });
    const ports = [{ protocol: 'TCP', port: 9000 }];
    expect([
      manifests.get('NetworkPolicy', 'payment').spec.ingress,
      manifests.get('NetworkPolicy', 'order').spec.egress,
    ]).toEqual([
      [{ from: [{ podSelector: { matchLabels: { app: 'order' } } }], ports }],
      [{ to: [{ podSelector: { matchLabels: { app: 'payment' } } }], ports }],
    ]);
  });

  test('shows the callee to the client, behind what everybody sees', () => {
    expect(shopping(['Charge']).get('Sidecar', 'order').spec).toEqual({
      workloadSelector: { labels: { app: 'order' } },
      egress: [
        {
          hosts: [
            'istio-system/*',
            'kube-system/kube-dns.kube-system.svc.cluster.local',
            'coffee-shop/payment.coffee-shop.svc.cluster.local',
          ],
        },
      ],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    });
  });

  test('has a route', () => {
    const { hosts, http } = shopping(['Charge']).get('VirtualService', 'payment').spec;
    expect([hosts, http[0].match]).toEqual([
      ['payment.coffee-shop.svc.cluster.local'],
      [{ uri: { exact: rpc('Charge') } }],
    ]);
  });

  test('adds no object: the walls are there from the beginning', () => {
    const count = (use: (server: GrpcService, client: GrpcService) => void) => {
      const { app, shop } = coffeeShop();
      use(payment(shop), order(shop));
      return Manifests.of(app).all.length;
    };
    expect(count((server, client) => client.calls(server))).toBe(count(() => {}));
  });
});

describe('next to a declared call', () => {
  test.each(METHODS.slice(1))('the same caller is refused at %s', (method) => {
    expect(carries(shopping(['Charge']), at('order'), at('payment'), rpc(method)).admitted).toBe(false);
  });

  test.each(['/coffee.v1.Payment/charge', '/coffee.v1.Payment/ChargeAll', '/coffee.v1.Payment/', '/Charge', '/'])(
    'the same caller is refused at %s',
    (path) => {
      expect(carries(shopping(['Charge']), at('order'), at('payment'), path).admitted).toBe(false);
    },
  );

  test('the same caller is refused by GET', () => {
    expect(carries(shopping(['Charge']), at('order'), at('payment'), rpc('Charge'), 'GET').admitted).toBe(false);
  });

  test('the same caller is refused on another port', () => {
    const server = { ...at('payment'), port: 8080 };
    const manifests = shopping(['Charge'], { ports: [MeshPort.http(8080)] });
    expect(carries(manifests, at('order'), server, rpc('Charge'))).toMatchObject({ admitted: false, connected: false });
  });

  test('another caller is stopped by every wall', () => {
    expect(carries(shopping(['Charge']), at('menu'), at('payment'), rpc('Charge'))).toEqual(STOPPED);
  });

  test('the namesake of the caller in another namespace is stopped', () => {
    const client = { namespace: 'elsewhere', name: 'order' };
    expect(carries(shopping(['Charge']), client, at('payment'), rpc('Charge'))).toMatchObject({
      admitted: false,
      connected: false,
    });
  });

  test('the namesake of the caller in another trust domain is refused', () => {
    const client = { ...at('order'), trustDomain: 'evil.example' };
    expect(carries(shopping(['Charge']), client, at('payment'), rpc('Charge')).admitted).toBe(false);
  });

  test('pods that only carry the label of the caller are refused for want of its identity', () => {
    const client = { ...at('menu'), labels: { app: 'order' } };
    expect(carries(shopping(['Charge']), client, at('payment'), rpc('Charge')).admitted).toBe(false);
  });

  test('the callee may not call back', () => {
    expect(carries(shopping(['Charge']), at('payment'), at('order'), '/coffee.v1.Order/PlaceOrder')).toEqual(STOPPED);
  });
});

describe('the operations of a call', () => {
  const admitted = (manifests: Manifests) =>
    [...METHODS.map(rpc), HEALTH, REFLECTION].filter(
      (path) => carries(manifests, at('order'), at('payment'), path).admitted,
    );

  test('are every RPC if none is named', () => {
    expect(admitted(shopping())).toEqual(METHODS.map(rpc));
  });

  test('are written one by one even if all are meant, so that a new RPC is not open by itself', () => {
    const [{ to }] = shopping().get('AuthorizationPolicy', 'payment').spec.rules;
    expect(to[0].operation.paths).toEqual(METHODS.map(rpc));
  });

  test('may be named in full', () => {
    expect(admitted(shopping(['coffee.v1.Payment/Charge']))).toEqual([rpc('Charge')]);
  });

  test('may be named by their path', () => {
    expect(admitted(shopping(['/coffee.v1.Payment/Charge']))).toEqual([rpc('Charge')]);
  });

  test('stand in the order of the .proto, each once', () => {
    const [{ to }] = shopping(['WatchCharges', 'Charge', 'Charge']).get('AuthorizationPolicy', 'payment').spec.rules;
    expect(to[0].operation.paths).toEqual([rpc('Charge'), rpc('WatchCharges')]);
  });

  test('add up over two calls, into one rule', () => {
    const { app, shop } = coffeeShop();
    const server = payment(shop);
    const client = order(shop);
    client.calls(server, ['Refund']);
    client.calls(server, ['Charge']);
    const manifests = Manifests.of(app);
    expect([admitted(manifests), manifests.get('AuthorizationPolicy', 'payment').spec.rules.length]).toEqual([
      [rpc('Charge'), rpc('Refund')],
      1,
    ]);
  });

  test('of two APIs with an RPC of one name are told apart in full', () => {
    const refunds = GrpcApi.of('coffee.v1.Refunds', [{ name: 'Charge' }]);
    const manifests = shopping(['coffee.v1.Refunds/Charge'], { apis: [paymentApi, refunds] });
    expect(
      ['/coffee.v1.Refunds/Charge', rpc('Charge')].map(
        (path) => carries(manifests, at('order'), at('payment'), path).admitted,
      ),
    ).toEqual([true, false]);
  });
});

describe('health and reflection', () => {
  const apis = [paymentApi, GrpcApi.health(), GrpcApi.reflection()];
  const open = (operations?: string[], served = apis) =>
    [HEALTH, REFLECTION].filter(
      (path) => carries(shopping(operations, { apis: served }), at('order'), at('payment'), path).admitted,
    );

  test('are open to nobody who did not name them', () => {
    expect(open()).toEqual([]);
  });

  test('are open to who named them', () => {
    expect(open(['Check', 'ServerReflectionInfo'])).toEqual([HEALTH, REFLECTION]);
  });

  test('do not open each other', () => {
    expect(open(['grpc.health.v1.Health/Check'])).toEqual([HEALTH]);
  });

  test('are open to whoever calls a server that is there for nothing else', () => {
    expect(open(undefined, [GrpcApi.health()])).toEqual([HEALTH]);
  });

  test('are not opened to any caller by a door for every RPC', () => {
    const { app, shop } = coffeeShop();
    payment(shop, { apis }).dangerouslyAllowAnyCaller({ reason: 'a public API' });
    const manifests = Manifests.of(app);
    const stranger = { namespace: 'elsewhere', name: 'stranger' };
    const admitted = [rpc('Charge'), HEALTH, REFLECTION].map(
      (path) => carries(manifests, stranger, at('payment'), path).admitted,
    );
    expect(admitted).toEqual([true, false, false]);
  });
});

describe('dangerouslyAllowAnyCaller of one RPC', () => {
  const opened = () => {
    const { app, shop } = coffeeShop();
    payment(shop).dangerouslyAllowAnyCaller({ operations: ['ListCharges'], reason: 'prices are public' });
    return Manifests.of(app);
  };

  test.each(METHODS)('decides about %s', (method) => {
    const stranger = { namespace: 'elsewhere', name: 'stranger' };
    expect(carries(opened(), stranger, at('payment'), rpc(method)).admitted).toBe(method === 'ListCharges');
  });

  test('stays on the RPC port by default', () => {
    expect(opened().get('AuthorizationPolicy', 'payment').spec.rules).toEqual([
      {
        from: [{ source: { principals: ['*'] } }],
        to: [{ operation: { ports: ['50051'], methods: ['POST'], paths: [rpc('ListCharges')] } }],
      },
    ]);
  });
});

test('a further port is called by its name', () => {
  const { app, shop } = coffeeShop();
  const server = payment(shop, { ports: [MeshPort.http(8080, { name: 'admin' })] });
  order(shop).calls(server, ['/metrics'], { port: 'http-admin' });
  const target = { ...at('payment'), port: 8080 };
  expect(carries(Manifests.of(app), at('order'), target, '/metrics', 'GET')).toEqual(ARRIVES);
});

test('the RPC port may be called by its name as well', () => {
  const { app, shop } = coffeeShop();
  order(shop).calls(payment(shop), ['Charge'], { port: 'grpc' });
  expect(carries(Manifests.of(app), at('order'), at('payment'), rpc('Charge'))).toEqual(ARRIVES);
});

test('a call into another namespace passes every wall', () => {
  const { app, shop } = coffeeShop();
  order(shop).calls(payment(new ZeroTrustNamespace(app, 'bank')), ['Charge']);
  const server = { namespace: 'bank', name: 'payment' };
  expect(carries(Manifests.of(app), at('order'), server, rpc('Charge'))).toEqual(ARRIVES);
});

test('a server knows its RPCs in the order of its .proto', () => {
  const { shop } = coffeeShop();
  expect(payment(shop).methods.map(({ name }) => name)).toEqual(METHODS);
});

describe('a gRPC peer outside the app', () => {
  const attributes = { name: 'ledger', namespaceName: 'bank', apis: [paymentApi] };

  test('writes no objects', () => {
    const { app, shop } = coffeeShop();
    const before = Manifests.of(app).all.length;
    GrpcService.fromGrpcServiceAttributes(shop, 'ledger', attributes);
    expect(Manifests.of(app).all).toHaveLength(before);
  });

  test('is called on its own port', () => {
    const { app, shop } = coffeeShop();
    const ledger = GrpcService.fromGrpcServiceAttributes(shop, 'ledger', { ...attributes, containerPort: 9000 });
    order(shop).calls(ledger, ['Charge']);
    const server = { namespace: 'bank', name: 'ledger', port: 9000 };
    expect(carries(Manifests.of(app), at('order'), server, rpc('Charge'))).toEqual(ARRIVES);
  });

  test('calls us by its identity', () => {
    const { app, shop } = coffeeShop();
    const identity = { serviceAccountName: 'bookkeeper', trustDomain: 'bank.example' };
    const ledger = GrpcService.fromGrpcServiceAttributes(shop, 'ledger', { ...attributes, ...identity });
    ledger.calls(payment(shop), ['Refund']);
    const client = { namespace: 'bank', name: 'ledger', serviceAccount: 'bookkeeper', trustDomain: 'bank.example' };
    expect(carries(Manifests.of(app), client, at('payment'), rpc('Refund'))).toEqual(ARRIVES);
  });

  test('has further ports', () => {
    const { app, shop } = coffeeShop();
    const ports = [MeshPort.http(8080)];
    const ledger = GrpcService.fromGrpcServiceAttributes(shop, 'ledger', { ...attributes, ports });
    order(shop).calls(ledger, ['/report'], { port: 'http' });
    const server = { namespace: 'bank', name: 'ledger', port: 8080 };
    expect(carries(Manifests.of(app), at('order'), server, '/report', 'GET')).toEqual(ARRIVES);
  });
});

describe('refusals', () => {
  const inShop =
    (use: (shop: ZeroTrustNamespace, app: App) => void): Program =>
    (app) =>
      use(new ZeroTrustNamespace(app, NS), app);
  const call = (operations?: string[], props?: Partial<GrpcServiceProps>, port?: string) =>
    inShop((shop) => order(shop).calls(payment(shop, props), operations, { port }));
  const server = (props: Partial<GrpcServiceProps>) => inShop((shop) => payment(shop, props));
  const policies = (callPolicies: Record<string, CallPolicy>) => server({ callPolicies });
  const refunds = GrpcApi.of('coffee.v1.Refunds', [{ name: 'Charge' }]);
  const soon = { deadline: Duration.seconds(1) };

  test.each<[string, string, Program]>([
    ['a server without APIs', 'NoApis', server({ apis: [] })],
    ['a server of one API twice', 'DuplicateApi', server({ apis: [paymentApi, paymentApi] })],
    ['a call of a method that is none', 'UnknownMethod', call(['Chrage'])],
    ['a call of a method in other letter case', 'UnknownMethod', call(['charge'])],
    ['a call of an empty method', 'UnknownMethod', call([''])],
    ['a call of a wildcard', 'UnknownMethod', call(['*'])],
    ['a call of another API', 'NotServedHere', call(['coffee.v1.Order/PlaceOrder'])],
    ['a call of one of two methods of one name', 'AmbiguousMethod', call(['Charge'], { apis: [paymentApi, refunds] })],
    ['a call of no operation', 'NoOperations', call([])],
    ['a call of an unknown port', 'UnknownPort', call(['Charge'], {}, 'http')],
    ['a further port of the number of the RPCs', 'DuplicatePort', server({ ports: [MeshPort.http(50051)] })],
    ['a further port of the name of the RPCs', 'DuplicatePort', server({ ports: [MeshPort.grpc(9000)] })],
    ['a policy of a method that is none', 'UnknownMethod', policies({ Chrage: soon })],
    ['two policies of one RPC', 'DuplicateCallPolicy', policies({ Charge: soon, 'coffee.v1.Payment/Charge': soon })],
    ['a retry of executed calls', 'RetryNotIdempotent', policies({ Charge: { retry: RetryPolicy.idempotent() } })],
    ['a retry of a stream', 'RetryOnStream', policies({ WatchCharges: { retry: RetryPolicy.idempotent() } })],
    ['a port out of range', 'InvalidPort', server({ port: 65536 })],
    ['a deadline finer than 1 ms', 'InvalidDuration', server({ deadline: Duration.millis(0.5) })],
  ])('%s is refused as %s, and nothing is written', (_, code, program) => {
    expect(refused(program).code).toBe(code);
  });

  test.each([
    ['that is nearly served', 'coffee.v1.Paymnt/Charge', "order.calls(payment, ['coffee.v1.Payment/Charge'])"],
    ['that is another one', 'tea.v2.Kettle/Boil', "apis: [api.service('tea.v2.Kettle')]"],
  ])('a call of an API %s is refused with the line that is meant', (_, operation, line) => {
    expect(refused(call([operation])).message).toContain(line);
  });

  test.each<[string, Program]>([
    ['a call of a method', call(['Charge'])],
    ['a call of every method', call()],
    ['a call of the served API', call(['coffee.v1.Payment/Charge'])],
    ['a call of two methods of one name in full', call(['coffee.v1.Refunds/Charge'], { apis: [paymentApi, refunds] })],
    ['a server of two APIs', server({ apis: [paymentApi, orderApi] })],
    ['a further port of another name and number', server({ ports: [MeshPort.grpc(9000, { name: 'admin' })] })],
    ['a policy of a method', policies({ Charge: soon })],
    ['two policies of two RPCs', policies({ Charge: soon, Refund: soon })],
    ['a retry of a repeatable RPC', policies({ Refund: { retry: RetryPolicy.idempotent() } })],
    ['a retry of a stream that reached nobody', policies({ WatchCharges: { retry: RetryPolicy.unexecuted(5) } })],
    ['a deadline of 1 ms', server({ deadline: Duration.millis(1) })],
  ])('%s is accepted', (_, program) => {
    expect(Object.keys(written(program))).toEqual(['coffee-shop.k8s.yaml']);
  });

  test('a misspelt RPC is answered with what, where, why and the line to paste', () => {
    const api = GrpcApi.of('coffee.v1.Payment', [{ name: 'Charge' }, { name: 'Refund' }, { name: 'ListCharges' }]);
    expect(refused(call(['Chrage'], { apis: [api] })).message).toBe(
      [
        "coffee-shop/order (GrpcService): calls 'Chrage', but coffee.v1.Payment has no such method.",
        "Its methods are: Charge, Refund, ListCharges. Did you mean 'Charge'?",
        "    order.calls(payment, ['Charge'])",
        '[UnknownMethod]',
      ].join('\n'),
    );
  });

  test('an RPC that resembles nothing is answered without a guess', () => {
    expect(refused(call(['Xyzzy'])).message).not.toContain('Did you mean');
  });

  test('an ambiguous RPC is answered with the full name to paste', () => {
    expect(refused(call(['Charge'], { apis: [paymentApi, refunds] })).message).toContain(
      "    order.calls(payment, ['coffee.v1.Payment/Charge'])\n",
    );
  });

  test('an RPC of an API that is not served is answered with the APIs that are', () => {
    expect(refused(call(['coffee.v1.Paiment/Charge'])).message).toContain(
      "It serves: coffee.v1.Payment. Did you mean 'coffee.v1.Payment'?\n",
    );
  });

  test('constructs with dashes are named as variables in the line to paste', () => {
    const program = inShop((shop) => {
      const props = { workload: Workload.image('x:1'), apis: [paymentApi] };
      const client = new GrpcService(shop, 'order-desk', props);
      client.calls(new GrpcService(shop, 'card-payment', props), ['Chrage']);
    });
    expect(refused(program).message).toContain("    orderDesk.calls(cardPayment, ['Charge'])\n");
  });
});
