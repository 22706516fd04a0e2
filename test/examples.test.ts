import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Include } from 'cdk8s';
import { ProtoApi } from '../src';
import { admits } from './support/admits';
import { Manifests } from './support/manifests';

const EXAMPLES = join(__dirname, '..', 'examples');
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(names)('examples/%s', (name) => {
  const folder = join(EXAMPLES, name);

  test('writes its expected.yaml, byte for byte (if the change is meant: npm run examples:update, and review the diff)', () => {
    const written = synthesize(folder);
    const golden = join(folder, 'expected.yaml');
    if (process.env.UPDATE_EXAMPLES === 'true') writeFileSync(golden, written);
    expect(written).toBe(readFileSync(golden, 'utf8'));
  }, 60_000);

  test.each(['main.ts', 'cdk8s.yaml', 'README.md', 'expected.yaml'])('has its %s', (file) => {
    expect(existsSync(join(folder, file))).toBe(true);
  });
});

test.each(['argo-rollouts', 'flagger'])(
  'one description of a release is also carried out by %s',
  (controller) => {
    const folder = join(EXAMPLES, '03-canary-rollout');
    const written = synthesize(folder, `${controller}.ts`);
    const golden = join(folder, `expected-${controller}.yaml`);
    if (process.env.UPDATE_EXAMPLES === 'true') writeFileSync(golden, written);
    expect(written).toBe(readFileSync(golden, 'utf8'));
  },
  60_000,
);

describe('the coffee shop', () => {
  let manifests: Manifests;
  beforeAll(() => {
    manifests = reviewed('02-coffee-shop');
  });

  test('lets each caller do what the program says, and nothing else', () => {
    expect(admitted(manifests)).toEqual([
      'accounting -> order /coffee.v1.Order/ListOrders',
      'accounting -> payment /coffee.v1.Payment/ListCharges',
      'gateway -> inventory /coffee.v1.Inventory/Deliver',
      'gateway -> menu /coffee.v1.Menu/ListDrinks',
      'gateway -> menu /coffee.v1.Menu/WatchMenu',
      'gateway -> order /coffee.v1.Order/CancelOrder',
      'gateway -> order /coffee.v1.Order/PlaceOrder',
      'gateway -> order /coffee.v1.Order/TrackOrder',
      'menu -> inventory /coffee.v1.Inventory/WatchStock',
      'order -> inventory /coffee.v1.Inventory/Release',
      'order -> inventory /coffee.v1.Inventory/Reserve',
      'order -> menu /coffee.v1.Menu/ListDrinks',
      'order -> payment /coffee.v1.Payment/Charge',
      'order -> payment /coffee.v1.Payment/Refund',
      'web -> menu /coffee.v1.Menu/ListDrinks',
    ]);
  });

  test('lets nobody but the gateway read its pages', () => {
    const readers = Object.entries(IDENTITIES).filter(([, principal]) =>
      admits(manifests, { ...server('web', 8080), principal, path: '/', method: 'GET' }),
    );
    expect(readers.map(([caller]) => caller)).toEqual(['gateway']);
  });

  test('lets nobody but the inventory use its Redis', () => {
    const clients = Object.entries(IDENTITIES).filter(([, principal]) =>
      admits(manifests, { ...server('stock-cache', 6379), principal, path: '' }),
    );
    expect(clients.map(([caller]) => caller)).toEqual(['inventory']);
  });

  test('lets nobody but the payment service out, and it to nothing but the API of the cards', () => {
    const egress = { namespace: 'coffee-exits', labels: { app: 'egress', istio: 'egress' }, port: 8443 };
    const calls = Object.entries(IDENTITIES).flatMap(([caller, principal]) =>
      ['Authorize', 'Void', 'ListPayouts'].flatMap((rpc) =>
        ['api.cards.example:443', 'elsewhere.example'].flatMap((host) =>
          admits(manifests, { ...egress, principal, host, path: `/cards.v1.Cards/${rpc}` }) ? [`${caller} ${rpc}`] : [],
        ),
      ),
    );
    expect(calls).toEqual(['payment Authorize', 'payment Void']);
  });
});

test('the platform team’s mesh is tried out with the settings that it is told', () => {
  const folder = join(EXAMPLES, '04-platform-team');
  const [settings] = /^meshConfig:\n(?: .*\n)+/m.exec(readFileSync(join(folder, 'scenario.yaml'), 'utf8')) ?? [];
  expect(settings).toBe(readFileSync(join(folder, 'install', 'istiod-values.yaml'), 'utf8'));
});

/** Everybody who could try, the last two without any right to. */
const IDENTITIES: Record<string, string | undefined> = {
  web: 'cluster.local/ns/coffee-shop/sa/web',
  menu: 'cluster.local/ns/coffee-shop/sa/menu',
  order: 'cluster.local/ns/coffee-shop/sa/order',
  inventory: 'cluster.local/ns/coffee-shop/sa/inventory',
  'stock-cache': 'cluster.local/ns/coffee-shop/sa/stock-cache',
  payment: 'cluster.local/ns/coffee-payments/sa/payment',
  accounting: 'cluster.local/ns/coffee-payments/sa/accounting',
  gateway: 'cluster.local/ns/istio-ingress/sa/istio-ingress',
  namesake: 'cluster.local/ns/elsewhere/sa/order',
  'without certificate': undefined,
};

const SERVERS = ['web', 'menu', 'order', 'inventory', 'stock-cache', 'payment', 'accounting'];

/** Every RPC of the protos and one that none of them has, tried by everybody on every server. */
function admitted(manifests: Manifests): string[] {
  const paths = [...rpcs(), '/coffee.v1.Order/DropTables', '/grpc.health.v1.Health/Check'];
  const calls = SERVERS.flatMap((callee) =>
    Object.entries(IDENTITIES).flatMap(([caller, principal]) =>
      paths
        .filter((path) => admits(manifests, { ...server(callee, 50051), principal, path }))
        .map((path) => `${caller} -> ${callee} ${path}`),
    ),
  );
  return calls.sort();
}

function rpcs(): string[] {
  const protos = join(EXAMPLES, '02-coffee-shop', 'protos');
  const files = readdirSync(join(protos, 'coffee/v1')).map((file) => join(protos, 'coffee/v1', file));
  const api = ProtoApi.fromFiles(files, { includePaths: [protos] });
  return api.serviceNames.flatMap((service) => api.service(service).methods.map(({ path }) => path));
}

function server(app: string, port: number) {
  const namespace = ['payment', 'accounting'].includes(app) ? 'coffee-payments' : 'coffee-shop';
  return { namespace, labels: { app }, port };
}

/** The golden file of an example, as a reader of YAML sees it. */
function reviewed(name: string): Manifests {
  const app = new App();
  new Include(new Chart(app, name), 'expected', { url: join(EXAMPLES, name, 'expected.yaml') });
  return Manifests.of(app);
}

/** What `cdk8s synth` would write in that folder: all files, in the order of their names. */
function synthesize(folder: string, program = 'main.ts'): string {
  const outdir = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const run = spawnSync(process.execPath, [require.resolve('tsx/cli'), program], {
      cwd: folder,
      env: { ...process.env, CDK8S_OUTDIR: outdir },
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`${program} fails:\n${run.stderr}`);
    expect(run.stdout).toBe('');
    return readdirSync(outdir)
      .sort()
      .map((file) => readFileSync(join(outdir, file), 'utf8'))
      .join('---\n');
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
