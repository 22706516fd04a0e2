import { type App, Duration } from 'cdk8s';
import { load } from 'js-yaml';
import {
  ExternalAuthorization,
  type ExternalAuthorizationProps,
  GrpcApi,
  GrpcService,
  Mesh,
  MeshPort,
  MeshService,
  MeshSettings,
  Workload,
  type ZeroTrustNamespace,
} from '../src';
import { Asked } from './support/asked';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, order, payment } from './support/shop';

interface Shop {
  readonly app: App;
  readonly shop: ZeroTrustNamespace;
  readonly server: GrpcService;
  readonly authorizer: GrpcService;
}

function shop(mesh?: Mesh): Shop {
  const { app, shop } = coffeeShop({ mesh });
  const server = payment(shop, { ports: [MeshPort.tcp(6379)] });
  return { app, shop, server, authorizer: doorman(shop) };
}

function doorman(shop: ZeroTrustNamespace, name = 'doorman'): GrpcService {
  return new GrpcService(shop, name, {
    workload: Workload.image(`ghcr.io/acme/${name}:1`),
    apis: [GrpcApi.externalAuthorization()],
  });
}

function guarded(props: Partial<ExternalAuthorizationProps> = {}, mesh?: Mesh): Shop & { it: ExternalAuthorization } {
  const all = shop(mesh);
  const { shop: home, server: service, authorizer } = all;
  return { ...all, it: new ExternalAuthorization(home, 'asked', { service, authorizer, ...props }) };
}

const known = () => Mesh.istio({ extensionProviders: ['doorman-coffee-shop'] });

test('asks about the RPCs of one port, and about no other port', () => {
  const { app } = guarded({ operations: ['Charge'] }, known());
  expect(Manifests.of(app).get('AuthorizationPolicy', 'asked').spec).toEqual({
    selector: { matchLabels: { app: 'payment' } },
    action: 'CUSTOM',
    provider: { name: 'doorman-coffee-shop' },
    rules: [{ to: [{ operation: { ports: ['50051'], paths: ['/coffee.v1.Payment/Charge'] } }] }],
  });
});

test('lets the proxies of the service reach the authorizer, to check and nothing else', () => {
  const asked = Asked.of(guarded({}, known()).app);
  const check = { from: 'coffee-shop/payment', to: 'doorman', path: '/envoy.service.auth.v3.Authorization/Check' };
  expect(asked.inside(check)).toBe('allow');
  expect(asked.inside({ ...check, path: '/envoy.service.auth.v3.Authorization/Other' })).toBe('deny 7');
  expect(Asked.of(shop().app).inside(check)).toBe('deny 14');
});

test('is known to a mesh whose settings the app writes', () => {
  const { app, it } = guarded({ timeout: Duration.millis(250) });
  const values = load(new MeshSettings(app, 'mesh').toHelmValues()) as { meshConfig: { extensionProviders: unknown } };
  expect(values.meshConfig.extensionProviders).toEqual([
    {
      name: 'doorman-coffee-shop',
      envoyExtAuthzGrpc: { service: 'doorman.coffee-shop.svc.cluster.local', port: 50051, timeout: '0.25s' },
    },
  ]);
  expect(it.node.validate()).toEqual([]);
});

test('is known to a mesh that has it', () => {
  expect(guarded({}, known()).it.node.validate()).toEqual([]);
});

test('is unknown to any other, which the synth says', () => {
  expect(guarded().it.node.validate().join()).toContain('[MissingProvider]');
});

test('may be asked by several services, and twice by one', () => {
  const { shop: home, server: service, authorizer, app } = guarded({ operations: ['Charge'] }, known());
  new ExternalAuthorization(home, 'more', { service, authorizer, operations: ['Refund'] });
  new ExternalAuthorization(home, 'orders', { service: order(home), authorizer });
  const asking = Manifests.of(app).kind('AuthorizationPolicy');
  expect(asking.filter(({ spec }) => spec.action === 'CUSTOM')).toHaveLength(3);
});

describe('refused is', () => {
  const attempts: [string, string, (of: Shop) => Partial<ExternalAuthorizationProps>][] = [
    ['an authorizer that is none', 'NotServedHere', ({ shop: home }) => ({ authorizer: order(home) })],
    ['a service that would ask itself', 'SelfAuthorization', ({ authorizer }) => ({ service: authorizer })],
    ['a TCP port', 'NothingToGuard', () => ({ port: 'tcp' })],
    ['no time at all', 'InvalidDuration', () => ({ timeout: Duration.millis(0) })],
    ['an unknown RPC', 'UnknownMethod', () => ({ operations: ['Chrage'] })],
    [
      'a peer',
      'NotOurs',
      ({ shop: home }) => ({
        service: MeshService.fromMeshServiceAttributes(home, 'peer', {
          name: 'peer',
          namespaceName: 'x',
          ports: [MeshPort.http(80)],
        }),
      }),
    ],
  ];

  test.each(attempts)('%s', (_, code, props) => {
    const all = shop();
    const { shop: home, server: service, authorizer } = all;
    expect(refusal(() => new ExternalAuthorization(home, 'asked', { service, authorizer, ...props(all) })).code).toBe(
      code,
    );
  });

  test('another authorizer at the same service, with the first one named', () => {
    const { shop: home, server: service } = guarded();
    const authorizer = doorman(home, 'porter');
    expect(refusal(() => new ExternalAuthorization(home, 'more', { service, authorizer }))).toMatchObject({
      code: 'SecondAuthorizer',
      message: expect.stringContaining('coffee-shop/asked (ExternalAuthorization)'),
    });
  });

  test('another timeout of the same authorizer', () => {
    const { shop: home, authorizer } = guarded();
    const props = { service: order(home), authorizer, timeout: Duration.seconds(9) };
    expect(refusal(() => new ExternalAuthorization(home, 'orders', props)).code).toBe('AnotherProvider');
  });
});
