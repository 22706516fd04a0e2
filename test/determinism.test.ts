import fc from 'fast-check';
import { GrpcService, MeshPort, MeshService, Workload, ZeroTrustNamespace } from '../src';
import { type Program, written } from './support/program';
import { built, randomApp } from './support/random-app';
import { order, orderApi, payment } from './support/shop';

type Call = () => void;

/** A shop with calls of every kind, declared in the order that `arranged` gives them. */
function shop(arranged: (calls: Call[]) => Call[]): Program {
  return (app) => {
    const home = new ZeroTrustNamespace(app, 'coffee-shop');
    const bank = new ZeroTrustNamespace(app, 'bank');
    const image = (id: string) => ({ workload: Workload.image(`${id}:1`) });
    const adminPorts = [MeshPort.http(8080), MeshPort.http(8081, { name: 'twin', containerPort: 8080 })];
    const server = payment(home, { ports: adminPorts });
    const client = order(home);
    const redis = new MeshService(home, 'redis', { ...image('redis'), ports: [MeshPort.tcp(6379)] });
    const batch = new MeshService(bank, 'batch', image('batch'));
    const legacy = new MeshService(bank, 'legacy', { workload: Workload.labels({ team: 'legacy' }, 'legacy') });
    const peers = ['blue', 'green'].map((colour) =>
      GrpcService.fromGrpcServiceAttributes(app, colour, {
        name: 'ledger',
        namespaceName: 'books',
        apis: [orderApi],
        podLabels: { colour },
      }),
    );
    const calls: Call[] = [
      () => client.calls(server, ['Refund', 'Charge'], { addressEnv: 'PAYMENT' }),
      () => client.calls(server, ['WatchCharges']),
      () => client.calls(server, ['/b'], { port: 'http' }),
      () => client.calls(server, ['/a'], { port: 'http' }),
      () => client.calls(server, ['/c'], { port: 'http-twin' }),
      () => client.calls(redis, undefined, { addressEnv: 'CACHE' }),
      () => batch.calls(server, ['ListCharges']),
      () => batch.calls(redis),
      () => legacy.calls(server, ['Charge']),
      ...peers.map((peer) => () => peer.calls(server, ['Charge'])),
      ...peers.map((peer) => () => batch.calls(peer, ['TrackOrder'])),
      () => server.dangerouslyAllowAnyCaller({ operations: ['Refund'], reason: 'one' }),
      () => server.dangerouslyAllowAnyCaller({ operations: ['/status'], port: 'http', reason: 'another' }),
    ];
    for (const call of arranged(calls)) call();
  };
}

const asWritten = (calls: Call[]) => calls;

test('two synths of one program give the same bytes', () => {
  expect(written(shop(asWritten))).toEqual(written(shop(asWritten)));
});

test('two synths of one App give the same bytes', () => {
  const synths = written((app) => {
    shop(asWritten)(app);
    app.synth();
  });
  expect(synths).toEqual(written(shop(asWritten)));
});

test('the order in which calls are declared does not matter', () => {
  const expected = written(shop(asWritten));
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (weights) => {
      const shuffled = (calls: Call[]) =>
        calls
          .map((call) => ({ call, weight: weights.next().value }))
          .sort((a, b) => a.weight - b.weight)
          .map(({ call }) => call);
      expect(written(shop(shuffled))).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test('calls of random apps may be declared backwards', () => {
  fc.assert(
    fc.property(randomApp, (random) => {
      const backwards = built({ ...random, calls: [...random.calls].reverse() });
      expect(backwards?.synthYaml()).toBe(built(random)?.synthYaml());
    }),
    { numRuns: 50 },
  );
});

test('declaring a call once more changes nothing', () => {
  const twice = (calls: Call[]) => [...calls, ...calls];
  expect(written(shop(twice))).toEqual(written(shop(asWritten)));
});
