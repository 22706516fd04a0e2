import { App, Yaml } from 'cdk8s';
import { MeshPort, MeshService, PlaintextPort, type PlaintextPortProps, Workload, ZeroTrustNamespace } from '../src';
import { Asked } from './support/asked';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, payment } from './support/shop';

const reason = 'the scraper joins the mesh in 2027-03';
const charge = '/coffee.v1.Payment/Charge';

interface Shop {
  readonly app: App;
  readonly shop: ZeroTrustNamespace;
  readonly server: ReturnType<typeof payment>;
}

/** `payment` with metrics and an admin port, and a caller in the mesh. */
function shop(): Shop {
  const { app, shop } = coffeeShop();
  const ports = [MeshPort.http(9090, { name: 'metrics' }), MeshPort.http(9091, { name: 'admin', containerPort: 9191 })];
  const server = payment(shop, { ports });
  const caller = new MeshService(shop, 'caller', { workload: Workload.image('ghcr.io/acme/caller:1') });
  caller.calls(server, ['Charge']);
  caller.calls(server, undefined, { port: 'metrics' });
  return { app, shop, server };
}

function scraped(props: Partial<PlaintextPortProps> = {}): Shop {
  const it = shop();
  new PlaintextPort(it.shop, 'scraping', {
    service: it.server,
    port: 'metrics',
    operations: ['/metrics'],
    callerNamespace: 'monitoring',
    callerLabels: { app: 'prometheus' },
    reason,
    ...props,
  });
  return it;
}

const SCRAPERS = ['prometheus', 'other'].map((name) => Yaml.stringify(...pods(name))).join('---\n');

function pods(name: string): object[] {
  const labels = { app: name };
  const spec = { containers: [{ name, image: name }] };
  const metadata = { name, namespace: 'monitoring' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'monitoring', labels: { 'kubernetes.io/metadata.name': 'monitoring' } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
  ].slice(name === 'other' ? 1 : 0);
}

function answer({ app }: Shop, call: Partial<Parameters<Asked['inside']>[0]>): string {
  const usual = { from: 'monitoring/prometheus', to: 'payment:9090', path: '/metrics', method: 'GET' };
  return Asked.of(app, SCRAPERS).inside({ ...usual, ...call });
}

describe('a port that takes plaintext', () => {
  test('is called by pods without a sidecar, and was not before', () => {
    expect([answer(scraped(), {}), answer(shop(), {})]).toEqual(['allow', 'deny 14']);
  });

  test.each<[string, Partial<Parameters<Asked['inside']>[0]>]>([
    ['for other paths', { path: '/debug' }],
    ['at other ports', { to: 'payment:9091' }],
    ['at the port of the RPCs', { to: 'payment:50051', path: charge, method: 'POST' }],
    ['from other pods', { from: 'monitoring/other' }],
  ])('is closed %s', (_, call) => {
    expect(answer(scraped(), call)).not.toBe('allow');
  });

  test('leaves callers in the mesh what they had', () => {
    const caller = { from: 'coffee-shop/caller' };
    expect(answer(scraped(), { ...caller, path: '/debug' })).toBe('allow');
    expect(answer(scraped(), { ...caller, to: 'payment:50051', path: charge, method: 'POST' })).toBe('allow');
  });

  test('is open to a whole namespace where no labels are named', () => {
    expect(answer(scraped({ callerLabels: undefined }), { from: 'monitoring/other' })).toBe('allow');
  });

  test('is named by its number in the container, under the Service’s name', () => {
    const { app } = scraped({ port: 'admin', operations: undefined });
    expect(Manifests.of(app).get('PeerAuthentication', 'payment').spec).toEqual({
      selector: { matchLabels: { app: 'payment' } },
      portLevelMtls: { '9191': { mode: 'PERMISSIVE' } },
    });
  });

  test('can take nothing else', () => {
    const { app } = scraped({ withoutMutualTls: true });
    const { spec } = Manifests.of(app).get('PeerAuthentication', 'payment');
    expect(spec.portLevelMtls).toEqual({ '9090': { mode: 'DISABLE' } });
  });

  test('stands beside another one, in one policy for mutual TLS', () => {
    const it = scraped();
    new PlaintextPort(it.shop, 'legacy', {
      service: it.server,
      operations: ['Charge'],
      callerNamespace: 'legacy',
      reason: 'moves in 2027',
    });
    const { spec, metadata } = Manifests.of(it.app).get('PeerAuthentication', 'payment');
    expect(Object.keys(spec.portLevelMtls)).toEqual(['9090', '50051']);
    expect(metadata.annotations).toHaveProperty(
      ['opt-out.cdk8s-grpc-mesh/insecure-plaintext'],
      `moves in 2027; ${reason}`,
    );
  });

  test('may be opened to others as well', () => {
    const it = scraped();
    const more = { service: it.server, port: 'metrics', callerNamespace: 'monitoring', callerLabels: { app: 'other' } };
    new PlaintextPort(it.shop, 'more', { ...more, operations: ['/health'], reason });
    expect(answer(it, { from: 'monitoring/other', path: '/health' })).toBe('allow');
    expect(answer(it, {})).toBe('allow');
  });

  test('refuses nobody in a dry run, where an enforced list would be the only one', () => {
    const app = new App();
    const trial = new ZeroTrustNamespace(app, 'coffee-shop', { dangerouslyDryRun: { reason: 'two weeks' } });
    const server = payment(trial);
    const caller = new MeshService(trial, 'caller', { workload: Workload.image('ghcr.io/acme/caller:1') });
    caller.calls(server, ['Charge']);
    const undeclared = { from: 'coffee-shop/caller', to: 'payment:50051', path: '/coffee.v1.Payment/Refund' };
    const ask = () => Asked.of(app, SCRAPERS).inside({ ...undeclared, method: 'POST' });
    expect(ask()).toBe('allow');
    new PlaintextPort(trial, 'legacy', {
      service: server,
      operations: ['Charge'],
      callerNamespace: 'monitoring',
      reason,
    });
    expect(ask()).toBe('allow');
    expect(Manifests.of(app).get('AuthorizationPolicy', 'legacy').metadata.annotations).toMatchObject({
      'istio.io/dry-run': 'true',
      'opt-out.cdk8s-grpc-mesh/dangerously-dry-run': 'two weeks',
    });
  });

  test('says why on every policy', () => {
    const { app } = scraped();
    const opened = Manifests.of(app).all.filter(
      ({ metadata }) => metadata.annotations?.['opt-out.cdk8s-grpc-mesh/insecure-plaintext'] === reason,
    );
    expect(opened.map(({ kind, metadata: { name } }) => `${kind} ${name}`)).toEqual([
      'PeerAuthentication payment',
      'AuthorizationPolicy scraping',
      'NetworkPolicy scraping',
    ]);
  });
});

describe('refused is', () => {
  test.each<[string, string, Partial<PlaintextPortProps>]>([
    ['no reason', 'NoReason', { reason: ' ' }],
    ['an unknown port', 'UnknownPort', { port: 'metric' }],
    ['a path that is none', 'InvalidPath', { operations: ['metrics'] }],
    ['a namespace that is none', 'InvalidName', { callerNamespace: '*' }],
    ['no labels', 'NoLabels', { callerLabels: {} }],
  ])('%s', (_, code, props) => {
    expect(refusal(() => scraped(props)).code).toBe(code);
  });

  test('another mode for one port, with the first one named', () => {
    const { shop: home, server: service } = scraped();
    const again = { service, port: 'metrics', callerNamespace: 'monitoring', reason, withoutMutualTls: true };
    expect(refusal(() => new PlaintextPort(home, 'again', again))).toMatchObject({
      code: 'AnotherMtlsMode',
      message: expect.stringContaining('coffee-shop/scraping (PlaintextPort)'),
    });
  });

  test('a peer', () => {
    const { shop: home } = shop();
    const ports = [MeshPort.http(80)];
    const service = MeshService.fromMeshServiceAttributes(home, 'peer', { name: 'peer', namespaceName: 'x', ports });
    expect(refusal(() => new PlaintextPort(home, 'it', { service, callerNamespace: 'x', reason })).code).toBe(
      'NotOurs',
    );
  });
});
