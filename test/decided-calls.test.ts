import type { App } from 'cdk8s';
import {
  AuditedCalls,
  CallCondition,
  type CallOptions,
  type DecidedCallsProps,
  DeniedCalls,
  GrpcApi,
  GrpcService,
  JwtAuthentication,
  JwtIssuer,
  MeshPort,
  MeshService,
  Workload,
  type ZeroTrustNamespace,
} from '../src';
import { Asked } from './support/asked';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, payment } from './support/shop';

const charge = '/coffee.v1.Payment/Charge';
const refund = '/coffee.v1.Payment/Refund';

interface Shop {
  readonly app: App;
  readonly shop: ZeroTrustNamespace;
  readonly server: ReturnType<typeof payment>;
  readonly caller: MeshService;
  readonly other: MeshService;
}

/** `payment` and two callers of all of it, TCP port included. */
function shop(options?: CallOptions): Shop {
  const { app, shop } = coffeeShop();
  const server = payment(shop, { ports: [MeshPort.tcp(6379)] });
  const [caller, other] = ['caller', 'other'].map(
    (name) => new MeshService(shop, name, { workload: Workload.image(`ghcr.io/acme/${name}:1`) }),
  );
  for (const it of [caller, other]) it.calls(server, undefined, { port: 'tcp' });
  caller.calls(server, undefined, options);
  other.calls(server);
  return { app, shop, server, caller, other };
}

type Call = Omit<Parameters<Asked['inside']>[0], 'from' | 'to'> & { readonly from?: string; readonly to?: string };

function answer({ app }: Shop, { from = 'caller', to = 'payment:50051', ...call }: Call = {}): string {
  return Asked.of(app).inside({ path: charge, ...call, from: `coffee-shop/${from}`, to });
}

describe('calls that are denied', () => {
  const denied = (props: (shop: Shop) => Partial<DecidedCallsProps> = () => ({})) => {
    const it = shop();
    new DeniedCalls(it.shop, 'never', { service: it.server, ...props(it) });
    return it;
  };

  test('are refused, though they were allowed, and TCP goes on', () => {
    expect(answer(denied())).toBe('deny 7');
    expect(answer(shop())).toBe('allow');
    expect(answer(denied(), { to: 'payment:6379', path: undefined })).toBe('allow');
  });

  test('may be some of the RPCs', () => {
    const it = denied(() => ({ operations: ['Refund'] }));
    expect([answer(it, { path: refund }), answer(it)]).toEqual(['deny 7', 'allow']);
  });

  test('may be those of some callers', () => {
    const it = denied(({ caller }) => ({ callers: [caller] }));
    expect([answer(it), answer(it, { from: 'other' })]).toEqual(['deny 7', 'allow']);
  });

  test('may be those of all but some callers', () => {
    const it = denied(({ caller }) => ({ exceptCallers: [caller] }));
    expect([answer(it), answer(it, { from: 'other' })]).toEqual(['allow', 'deny 7']);
  });

  test('may be a TCP port, and nothing else', () => {
    const it = denied(() => ({ port: 'tcp' }));
    expect(answer(it, { to: 'payment:6379', path: undefined })).not.toBe('allow');
    expect(answer(it)).toBe('allow');
  });

  test.each<[string, CallCondition, Record<string, string>, string]>([
    ['a key with the value', CallCondition.metadata('x-tenant', ['eu']), { 'x-tenant': 'eu' }, 'deny 7'],
    ['a key with another one', CallCondition.metadata('x-tenant', ['eu']), { 'x-tenant': 'us' }, 'allow'],
    ['no such key', CallCondition.metadata('x-tenant', ['eu']), {}, 'allow'],
    ['all but a value', CallCondition.not(CallCondition.metadata('x-tenant', ['eu'])), { 'x-tenant': 'eu' }, 'allow'],
    ['all but a value, which is absent', CallCondition.not(CallCondition.metadata('x-tenant', ['eu'])), {}, 'deny 7'],
  ])('may be those with %s', (_, condition, headers, expected) => {
    expect(
      answer(
        denied(() => ({ when: [condition] })),
        { headers },
      ),
    ).toBe(expected);
  });

  test('always name their port', () => {
    const { spec } = Manifests.of(denied(() => ({ operations: ['Refund'] })).app).get('AuthorizationPolicy', 'never');
    expect(spec).toEqual({
      selector: { matchLabels: { app: 'payment' } },
      action: 'DENY',
      rules: [{ to: [{ operation: { ports: ['50051'], paths: [refund] } }] }],
    });
  });
});

test('calls that are marked for an audit go on as before', () => {
  const it = shop();
  new AuditedCalls(it.shop, 'refunds', { service: it.server, operations: ['Refund'] });
  expect(Manifests.of(it.app).get('AuthorizationPolicy', 'refunds').spec.action).toBe('AUDIT');
  expect(answer(it, { path: refund })).toBe('allow');
});

describe('a call with conditions', () => {
  const eu = CallCondition.metadata('x-tenant', ['eu', 'ch']);

  test.each<[string, CallCondition[], Call, string]>([
    ['metadata that is there', [eu], { headers: { 'x-tenant': 'ch' } }, 'allow'],
    ['metadata that is not', [eu], { headers: {} }, 'deny 7'],
    ['an address', [CallCondition.sourceAddress(['10.2.0.0/16'])], { sourceIp: '10.2.3.4' }, 'allow'],
    ['another address', [CallCondition.sourceAddress(['10.2.0.0/16'])], { sourceIp: '10.3.3.4' }, 'deny 7'],
    ['one of two', [eu, CallCondition.metadata('x-b', ['1'])], { headers: { 'x-tenant': 'eu' } }, 'deny 7'],
  ])('wants %s', (_, when, call, expected) => {
    expect(answer(shop({ when }), call)).toBe(expected);
  });

  test('binds its caller and no other one', () => {
    expect(answer(shop({ when: [eu] }), { from: 'other', headers: {} })).toBe('allow');
  });

  test('leaves open what the caller may do without', () => {
    const it = shop({ when: [eu] });
    it.caller.calls(it.server, ['Charge']);
    expect([answer(it, { headers: {} }), answer(it, { headers: {}, path: refund })]).toEqual(['allow', 'deny 7']);
  });

  const admins = [CallCondition.claim('roles', ['admin'])];
  const token = { claims: { iss: 'https://login.example', sub: 'ann', aud: 'coffee', roles: ['admin'] } };

  test('may want a claim, where the service reads tokens', () => {
    const it = shop({ when: admins });
    const issuers = [JwtIssuer.of('https://login.example', { audiences: ['coffee'] })];
    new JwtAuthentication(it.shop, 'users', { service: it.server, issuers });
    expect(answer(it, { token })).toBe('allow');
    expect(answer(it, { token: { claims: { ...token.claims, roles: ['user'] } } })).toBe('deny 7');
    expect(it.server.node.validate()).toEqual([]);
  });

  test('is told at synth when nobody would read the token', () => {
    expect(shop({ when: admins }).server.node.validate().join()).toContain('[ClaimNeverRead]');
  });
});

describe('refused is', () => {
  const peer = (in_: ZeroTrustNamespace) =>
    MeshService.fromMeshServiceAttributes(in_, 'peer', {
      name: 'peer',
      namespaceName: 'x',
      ports: [MeshPort.http(80)],
    });
  const eu = CallCondition.metadata('x-tenant', ['eu']);

  test.each<[string, string, (shop: Shop) => unknown]>([
    ['a peer', 'NotOurs', ({ shop }) => new DeniedCalls(shop, 'never', { service: peer(shop) })],
    [
      'callers and exceptions',
      'CallersAndExceptions',
      ({ shop, server, caller, other }) =>
        new DeniedCalls(shop, 'never', { service: server, callers: [caller], exceptCallers: [other] }),
    ],
    [
      'metadata of TCP',
      'ConditionOnTcp',
      ({ shop, server }) => new DeniedCalls(shop, 'never', { service: server, port: 'tcp', when: [eu] }),
    ],
    [
      'metadata of a TCP call',
      'ConditionOnTcp',
      ({ caller, server }) => caller.calls(server, undefined, { port: 'tcp', when: [eu] }),
    ],
    [
      'an unknown RPC',
      'UnknownMethod',
      ({ shop, server }) => new DeniedCalls(shop, 'never', { service: server, operations: ['Chrage'] }),
    ],
    [
      'no callers',
      'EmptyCallers',
      ({ shop, server }) => new DeniedCalls(shop, 'never', { service: server, callers: [] }),
    ],
    [
      'no exceptions',
      'EmptyCallers',
      ({ shop, server }) => new AuditedCalls(shop, 'seen', { service: server, exceptCallers: [] }),
    ],
    [
      'no operations',
      'NoOperations',
      ({ shop, server }) => new DeniedCalls(shop, 'never', { service: server, operations: [] }),
    ],
    [
      'a condition on calls of a peer',
      'ConditionOutside',
      ({ shop, caller }) => caller.calls(peer(shop), undefined, { when: [eu] }),
    ],
    [
      'a condition on RPCs of a peer',
      'ConditionOutside',
      ({ shop, caller }) => {
        const apis = [GrpcApi.of('x.v1.Peer', [{ name: 'Ask' }])];
        const it = GrpcService.fromGrpcServiceAttributes(shop, 'peer', { name: 'peer', namespaceName: 'x', apis });
        caller.calls(it, ['Ask'], { when: [CallCondition.claim('roles', ['admin'])] });
      },
    ],
    ['a name twice', 'DuplicateObject', ({ shop, server }) => new DeniedCalls(shop, 'payment', { service: server })],
  ])('%s', (_, code, attempt) => {
    expect(refusal(() => attempt(shop())).code).toBe(code);
  });

  test.each<[string, string, () => unknown]>([
    ['a key that is none', 'InvalidHeader', () => CallCondition.metadata('X-Tenant', ['eu'])],
    ['no value', 'InvalidCondition', () => CallCondition.metadata('x-tenant', [])],
    ['a pattern', 'InvalidCondition', () => CallCondition.metadata('x-tenant', ['eu*'])],
    ['a claim that is none', 'InvalidClaim', () => CallCondition.claim('', ['a'])],
    ['a claim without values', 'InvalidCondition', () => CallCondition.claim('roles', [''])],
    ['no address', 'InvalidAddress', () => CallCondition.sourceAddress([])],
    ['half an address', 'InvalidAddress', () => CallCondition.sourceAddress(['10.2'])],
    ['a network of 33 bits', 'InvalidAddress', () => CallCondition.sourceAddress(['10.2.0.0/33'])],
    ['a host', 'InvalidAddress', () => CallCondition.sourceAddress(['example.com'])],
  ])('%s', (_, code, attempt) => {
    expect(refusal(attempt).code).toBe(code);
  });

  test.each(['10.2.3.4', '10.0.0.0/8', 'fd00::1', 'fd00::/64'])('and not %s', (address) => {
    expect(() => CallCondition.sourceAddress([address])).not.toThrow();
  });
});
