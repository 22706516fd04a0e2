import fc from 'fast-check';
import { carries } from './support/carries';
import { Manifests } from './support/manifests';
import { apiOf, built, methodsOf, type RandomApp, type RandomService, randomApp } from './support/random-app';

const RUNS = { numRuns: 100 };

/** Each declared (caller, callee, RPC), spelled as the YAML spells it. */
function declared(random: RandomApp): Set<string> {
  return new Set(
    random.calls.flatMap((call) =>
      methodsOf(random, call).map((method) =>
        words(random.services[call.caller], random.services[call.callee], method),
      ),
    ),
  );
}

function words(caller: RandomService, callee: RandomService, method: string): string {
  const identity = `cluster.local/ns/${caller.namespace}/sa/${caller.name}`;
  return `${identity} -> ${callee.namespace}/${callee.name}:${callee.containerPort} /${apiOf(callee)}/${method}`;
}

/** Each (caller, callee) with at least one declared call. */
function declaredPairs({ services, calls }: RandomApp): Set<string> {
  return new Set(calls.map(({ caller, callee }) => pair(services[caller], services[callee])));
}

function pair(caller: RandomService, callee: RandomService): string {
  return `${caller.namespace}/${caller.name} -> ${callee.namespace}/${callee.name}`;
}

/** What the walls say to every (caller, callee, RPC) of the app, declared or not. */
function everyCall(random: RandomApp) {
  const manifests = Manifests.of(built(random));
  return random.services.flatMap((caller) =>
    random.services.flatMap((callee) =>
      callee.methods.map((method) => ({
        caller,
        callee,
        method,
        said: carries(manifests, caller, { ...callee, port: callee.containerPort }, `/${apiOf(callee)}/${method}`),
      })),
    ),
  );
}

interface Rule {
  readonly from: { readonly source: { readonly principals: string[] } }[];
  readonly to: { readonly operation: { readonly ports: string[]; readonly paths: string[] } }[];
}

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels: Record<string, string> };
  readonly podSelector: { readonly matchLabels: Record<string, string> };
}

test('a call is admitted if and only if it was declared', () => {
  fc.assert(
    fc.property(randomApp, (random) => {
      const wanted = declared(random);
      for (const { caller, callee, method, said } of everyCall(random)) {
        expect([pair(caller, callee), method, said.admitted]).toEqual([
          pair(caller, callee),
          method,
          wanted.has(words(caller, callee, method)),
        ]);
      }
    }),
    RUNS,
  );
});

test('two services can connect, and the one sees the other, if and only if a call between them was declared', () => {
  fc.assert(
    fc.property(randomApp, (random) => {
      const wanted = declaredPairs(random);
      for (const { caller, callee, said } of everyCall(random)) {
        const open = wanted.has(pair(caller, callee));
        expect([pair(caller, callee), said.connected, said.visible]).toEqual([pair(caller, callee), open, open]);
      }
    }),
    RUNS,
  );
});

test('every rule of every AuthorizationPolicy comes from a declared call, and every declared call is in one', () => {
  fc.assert(
    fc.property(randomApp, (random) => {
      const written = Manifests.of(built(random))
        .kind('AuthorizationPolicy')
        .flatMap(({ metadata, spec }) =>
          (spec.rules ?? []).flatMap(({ from, to }: Rule) =>
            from.flatMap(({ source }) =>
              source.principals.flatMap((principal) =>
                to.flatMap(({ operation: { ports, paths } }) =>
                  paths.map((path) => `${principal} -> ${metadata.namespace}/${metadata.name}:${ports.join()} ${path}`),
                ),
              ),
            ),
          ),
        );
      expect(written.sort()).toEqual([...declared(random)].sort());
    }),
    RUNS,
  );
});

test('every peer of every NetworkPolicy comes from a declared call', () => {
  fc.assert(
    fc.property(randomApp, (random) => {
      const own = new Set(random.services.map(({ name }) => name));
      const policies = Manifests.of(built(random))
        .kind('NetworkPolicy')
        .filter(({ metadata }) => own.has(metadata.name));
      const peers = (home: string, list: Peer[]) =>
        list.map(({ namespaceSelector, podSelector }) => {
          const namespace = namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? home;
          return `${namespace}/${podSelector.matchLabels.app}`;
        });
      const written = policies.flatMap(({ metadata: { namespace = '', name }, spec }) => [
        ...spec.ingress.flatMap(({ from }: { from: Peer[] }) =>
          peers(namespace, from).map((caller) => `${caller} -> ${namespace}/${name}`),
        ),
        ...spec.egress.flatMap(({ to }: { to: Peer[] }) =>
          peers(namespace, to).map((callee) => `${namespace}/${name} -> ${callee}`),
        ),
      ]);
      // Once at each end.
      const wanted = [...declaredPairs(random)];
      expect(written.sort()).toEqual([...wanted, ...wanted].sort());
    }),
    RUNS,
  );
});
