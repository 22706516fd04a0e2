import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';
import { AccessMatrix } from '../../src/simulation/access/access-matrix';
import { authorize } from '../../src/simulation/authorize';
import { Simulation } from '../../src/simulation/simulation';
import { serviceAt, workloadAt } from '../support/cluster-of';

// What the simulation says of an example, against what its scenario expects of real proxies, call by call.

interface Scenario {
  readonly matrix: {
    /** Paths by `host:port`. */
    readonly rpcs: Record<string, string[]>;
    /** By caller and `host:port`. */
    readonly allowed: Record<string, Record<string, string[]>>;
  };
}

const FOLDER = join(__dirname, '..', '..', 'examples', '02-coffee-shop');
const file = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const { matrix } = load(file('scenario.yaml')) as Scenario;

function simulated(...without: string[]): Simulation {
  const sources = ['expected.yaml', 'platform.yaml'].map((name) => ({ name, text: file(name) }));
  const { manifests, problems } = readManifests(sources);
  expect(problems).toEqual([]);
  const cluster = Cluster.of(manifests.filter(({ kind }) => !without.includes(kind)));
  expect(cluster.malformed).toEqual([]);
  return Simulation.of(cluster);
}

const OK = 0;
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;

/** Every cell, as `coffee-shop/order inventory.coffee-shop.svc.cluster.local:50051/coffee.v1.Inventory/Reserve`. */
function cells(code: (caller: string, to: string, path: string) => number): Record<string, number> {
  const callers = simulated()
    .cluster.workloads.filter(({ dataPlane }) => dataPlane !== 'gateway')
    .map(({ id }) => id);
  const all = callers.flatMap((caller) =>
    Object.entries(matrix.rpcs).flatMap(([to, paths]) =>
      paths.map((path): [string, number] => [`${caller} ${to}${path}`, code(caller, to, path)]),
    ),
  );
  return Object.fromEntries(all);
}

function answers(simulation: Simulation): Record<string, number> {
  return cells((caller, to, path) => {
    const [host, number] = to.split(':');
    const service = serviceAt(simulation.cluster, host);
    const port = service.ports.find((it) => it.number === Number(number));
    if (!port) throw new Error(`no port ${to}`);
    const workload = workloadAt(simulation.cluster, caller);
    const verdict = authorize(simulation, { from: { kind: 'workload', workload }, to: service, port, path });
    expect(verdict.missing).toEqual([]);
    return verdict.outcome === 'allow' ? OK : (verdict.grpcStatus ?? -1);
  });
}

/** As the scenario's variants read its matrix; see test/lab/mesh/scenario/matrix.go. */
function wanted(walls: { policies: boolean; sidecars: boolean }): Record<string, number> {
  return cells((caller, to, path) => {
    const declared = matrix.allowed[caller]?.[to] ?? [];
    if (declared.includes(path)) return OK;
    if (caller === 'legacy/plain' || caller === 'abroad/cards') return UNAVAILABLE;
    if (declared.length === 0 && walls.sidecars) return UNAVAILABLE;
    return walls.policies ? PERMISSION_DENIED : OK;
  });
}

// The lab's network has no NetworkPolicies, which would turn calls away before the other walls do.
test.each([
  ['both walls', [], { policies: true, sidecars: true }],
  ['policies alone', ['Sidecar'], { policies: true, sidecars: false }],
  ['sidecars alone', ['AuthorizationPolicy'], { policies: false, sidecars: true }],
  ['no wall at all', ['Sidecar', 'AuthorizationPolicy'], { policies: false, sidecars: false }],
])('%s: every call of the coffee shop ends as real proxies have it', (_, without, walls) => {
  const found = answers(simulated('NetworkPolicy', ...without));
  expect(Object.keys(found)).toHaveLength(200);
  expect(found).toEqual(wanted(walls));
});

test('its NetworkPolicies keep no declared call, and turn undeclared callees away on their own', () => {
  const { policies, sidecars } = { policies: false, sidecars: true };
  expect(answers(simulated())).toEqual(wanted({ policies: true, sidecars: true }));
  expect(answers(simulated('Sidecar', 'AuthorizationPolicy'))).toEqual(wanted({ policies, sidecars }));
});

describe('its access matrix', () => {
  const simulation = simulated();
  const access = AccessMatrix.of(simulation);

  test('has the declared calls, the exposed ones, the Redis and the way out, and nothing else of the shop', () => {
    const lines = access.cells
      .filter(({ outcome }) => outcome === 'allow')
      .map(({ party, rpc }) => `${party.name} -> ${rpc.name}`);
    const inside = Object.entries(matrix.allowed).flatMap(([caller, callees]) =>
      Object.entries(callees).flatMap(([to, paths]) =>
        paths.map((path) => `${caller} -> ${shortName(to)} ${path.split('/')[2]}`),
      ),
    );
    const outside = [
      'https://coffee.example -> coffee-shop/web any other',
      ...['ListDrinks', 'WatchMenu'].map((rpc) => `https://api.coffee.example -> coffee-shop/menu ${rpc}`),
      ...['PlaceOrder', 'CancelOrder', 'TrackOrder'].map(
        (rpc) => `https://api.coffee.example -> coffee-shop/order ${rpc}`,
      ),
      'https://suppliers.coffee.example -> coffee-shop/inventory Deliver',
    ];
    const cards = ['Authorize', 'Void'].map((rpc) => `coffee-payments/payment -> api.cards.example ${rpc}`);
    expect(lines.sort()).toEqual(
      [...inside, ...outside, ...cards, 'coffee-shop/inventory -> coffee-shop/stock-cache:6379'].sort(),
    );
  });

  test('is sure of all, and has nobody at the ports of the gateway itself', () => {
    expect(access.cells.filter(({ outcome }) => outcome === 'unknown')).toEqual([]);
    expect(access.cells.filter(({ rpc }) => rpc.service.name === 'istio-ingress')).toEqual([]);
  });

  function shortName(to: string): string {
    const [name, namespace] = to.split('.');
    return `${namespace}/${name}`;
  }
});
