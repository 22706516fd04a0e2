import fc from 'fast-check';
import { type Client, carries } from './support/carries';
import { Manifests } from './support/manifests';
import {
  ABROAD,
  built,
  pathsOf,
  podsOf,
  portsOf,
  type RandomApp,
  type RandomDoor,
  type RandomService,
  randomApp,
  type Speech,
} from './support/random-app';

const RUNS = { numRuns: 200 };

/** What holds for every app that the library builds; one that it refuses harms nobody. */
function everyApp(holds: (random: RandomApp, manifests: Manifests) => void): void {
  fc.assert(
    fc.property(randomApp, (random) => {
      const app = built(random);
      if (app) holds(random, Manifests.of(app));
    }),
    RUNS,
  );
}

const isOurs = ({ source }: RandomService) => source !== 'peer';
const nameOf = ({ namespace, name }: RandomService) => `${namespace}/${name}`;
const opens = ({ port, operations }: RandomDoor, on: Speech, path: string) =>
  port === on && (operations?.includes(path) ?? true);

/** The doors that a caller may use at a callee: those of its own calls, and those for everybody. */
function doorsFor({ services, calls, doors }: RandomApp, caller: RandomService | undefined, callee: RandomService) {
  const own = calls.filter((call) => services[call.caller] === caller);
  return [...own, ...doors].filter((door) => services[door.callee] === callee);
}

/** Each (caller, callee) with at least one declared call. */
function declaredPairs({ services, calls }: RandomApp): [RandomService, RandomService][] {
  const pairs = new Map(calls.map(({ caller, callee }) => [`${caller} ${callee}`, [caller, callee]]));
  return [...pairs.values()].map(([caller, callee]) => [services[caller], services[callee]]);
}

/** What the walls say to everything that a client could ask of a server, declared or not. */
function everyQuestion(manifests: Manifests, client: Client, server: RandomService) {
  const { namespace, name, containerPorts } = server;
  return portsOf(server).flatMap((port) =>
    pathsOf(server, port).map((path) => {
      const to = { namespace, name, labels: podsOf(server), port: containerPorts[port] };
      return { port, path, said: carries(manifests, client, to, path, port === 'grpc' ? 'POST' : 'GET') };
    }),
  );
}

function clientOf(caller: RandomService): Client {
  const { namespace, name, serviceAccount } = caller;
  return { namespace, name, serviceAccount, labels: podsOf(caller) };
}

interface Rule {
  readonly from: { readonly source: { readonly principals: string[] } }[];
  readonly to: { readonly operation: { readonly ports: string[]; readonly paths?: string[] } }[];
}

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels?: Record<string, string> };
  readonly podSelector?: { readonly matchLabels: Record<string, string> };
}

test('most random apps are built, and some are refused', () => {
  const some = fc.sample(randomApp, { numRuns: 400, seed: 1 });
  const share = some.filter((random) => built(random)).length / some.length;
  expect(share).toBeGreaterThan(0.5);
  expect(share).toBeLessThan(0.95);
});

test('a call is admitted if and only if it was declared', () => {
  everyApp((random, manifests) => {
    for (const callee of random.services.filter(isOurs)) {
      for (const caller of random.services) {
        const doors = doorsFor(random, caller, callee);
        for (const { port, path, said } of everyQuestion(manifests, clientOf(caller), callee)) {
          const declared = doors.some((door) => opens(door, port, path));
          expect([nameOf(caller), nameOf(callee), port, path, said.admitted]).toEqual([
            nameOf(caller),
            nameOf(callee),
            port,
            path,
            declared,
          ]);
        }
      }
    }
  });
});

test('a pod that has no identity of its own may do what everybody may, and nothing else', () => {
  everyApp((random, manifests) => {
    for (const callee of random.services.filter(isOurs)) {
      for (const namespace of ['shop', 'roastery', 'bank', ABROAD]) {
        const stranger = { namespace, name: 'stranger', serviceAccount: 'default' };
        for (const { port, path, said } of everyQuestion(manifests, stranger, callee)) {
          const open = doorsFor(random, undefined, callee).some((door) => opens(door, port, path));
          expect([namespace, nameOf(callee), port, path, said.admitted]).toEqual([
            namespace,
            nameOf(callee),
            port,
            path,
            open,
          ]);
        }
      }
    }
  });
});

test('two services can connect on a port, and the one sees the other, if and only if a call between them was declared', () => {
  everyApp((random, manifests) => {
    for (const callee of random.services) {
      for (const caller of random.services.filter((other) => isOurs(other) || isOurs(callee))) {
        const calls = random.calls.filter(
          (call) => random.services[call.caller] === caller && random.services[call.callee] === callee,
        );
        // Nothing of ours stands at the door of pods that are not ours.
        const doors = isOurs(caller) ? calls : doorsFor(random, caller, callee);
        for (const { port, said } of everyQuestion(manifests, clientOf(caller), callee)) {
          const connected = doors.some((door) => door.port === port);
          const visible = !isOurs(caller) || calls.length > 0;
          expect([nameOf(caller), nameOf(callee), port, said.connected, said.visible]).toEqual([
            nameOf(caller),
            nameOf(callee),
            port,
            connected,
            visible,
          ]);
        }
      }
    }
  });
});

test('every rule of every AuthorizationPolicy comes from a declared call, and every declared call is in one', () => {
  everyApp((random, manifests) => {
    const { services, calls, doors } = random;
    const written = manifests
      .kind('AuthorizationPolicy')
      .flatMap(({ metadata, spec }) =>
        (spec.rules ?? []).flatMap(({ from, to }: Rule) =>
          from.flatMap(({ source }) =>
            source.principals.flatMap((principal) =>
              to.flatMap(({ operation: { ports, paths } }) =>
                (paths ?? ['*']).map(
                  (path) => `${principal} -> ${metadata.namespace}/${metadata.name}:${ports} ${path}`,
                ),
              ),
            ),
          ),
        ),
      );
    const words = (principal: string, { callee, port, operations }: RandomDoor) => {
      const server = services[callee];
      const paths = operations ?? (port === 'grpc' ? pathsOf(server, port) : ['*']);
      return paths.map((path) => `${principal} -> ${nameOf(server)}:${server.containerPorts[port]} ${path}`);
    };
    const principalOf = ({ namespace, serviceAccount }: RandomService) =>
      `cluster.local/ns/${namespace}/sa/${serviceAccount}`;
    const declared = new Set([
      ...calls
        .filter(({ callee }) => isOurs(services[callee]))
        .flatMap((call) => words(principalOf(services[call.caller]), call)),
      ...doors.flatMap((door) => words('*', door)),
    ]);
    // Whoever may ask for everything is not told of single paths.
    const told = [...declared].filter((line) => line.endsWith(' *') || !declared.has(line.replace(/ \S+$/, ' *')));
    expect(written.sort()).toEqual(told.sort());
  });
});

test('every peer of every NetworkPolicy comes from a declared call', () => {
  everyApp((random, manifests) => {
    const own = new Set(random.services.map(({ name }) => name));
    const policies = manifests.kind('NetworkPolicy').filter(({ metadata }) => own.has(metadata.name));
    const pods = (namespace: string, labels: Record<string, string>) => `${namespace} ${JSON.stringify(labels)}`;
    const peers = (home: string, list: Peer[]) =>
      list.map(({ namespaceSelector, podSelector }) =>
        podSelector
          ? pods(namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] ?? home, podSelector.matchLabels)
          : 'everybody',
      );
    const written = policies.flatMap(({ metadata: { namespace = '', name }, spec }) => [
      ...spec.ingress.flatMap(({ from }: { from: Peer[] }) =>
        peers(namespace, from).map((caller) => `${caller} -> ${namespace}/${name}`),
      ),
      ...spec.egress.flatMap(({ to }: { to: Peer[] }) =>
        peers(namespace, to).map((callee) => `${namespace}/${name} -> ${callee}`),
      ),
    ]);
    // Once at each end that is ours.
    const selected = ({ namespace, selector }: RandomService) => pods(namespace, selector);
    const wanted = declaredPairs(random).flatMap(([caller, callee]) => [
      ...(isOurs(callee) ? [`${selected(caller)} -> ${nameOf(callee)}`] : []),
      ...(isOurs(caller) ? [`${nameOf(caller)} -> ${selected(callee)}`] : []),
    ]);
    const open = random.doors.map(({ callee }) => `everybody -> ${nameOf(random.services[callee])}`);
    expect(written.sort()).toEqual([...wanted, ...open].sort());
  });
});
