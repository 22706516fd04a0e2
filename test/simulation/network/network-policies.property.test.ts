import * as fc from 'fast-check';
import type { Cluster } from '../../../src/manifests/cluster';
import { NetworkPolicies } from '../../../src/simulation/network/network-policies';
import { clusterOf, workloadAt } from '../../support/cluster-of';

// Random policies over a small world in which everything is known, so that much of it matches.

type Labels = Record<string, string>;
const NAMESPACES: Record<string, Labels> = { n1: { team: 'a' }, n2: { team: 'b' } };
const PODS: { namespace: string; name: string; labels: Labels }[] = Object.keys(NAMESPACES).flatMap((namespace) =>
  ['x', 'y'].flatMap((app) => ['1', '2'].map((v) => ({ namespace, name: `${app}${v}`, labels: { app, v } }))),
);

const world: object[] = [
  ...Object.entries(NAMESPACES).map(([name, labels]) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  })),
  ...PODS.map(({ labels, name, namespace }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'app', image: 'app', ports: [{ name: 'grpc', containerPort: 50051 }] }] },
  })),
];

interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

const podSelector: fc.Arbitrary<Selector> = fc.record(
  {
    matchLabels: fc.record({ app: fc.constantFrom('x', 'y'), v: fc.constantFrom('1', '2') }, { requiredKeys: [] }),
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({
          key: fc.constantFrom('app', 'other'),
          operator: fc.constantFrom('In', 'NotIn'),
          values: fc.subarray(['x', 'y'], { minLength: 1 }),
        }),
        fc.record({ key: fc.constantFrom('v', 'other'), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
      ),
      { maxLength: 1 },
    ),
  },
  { requiredKeys: [] },
);
const namespaceSelector: fc.Arbitrary<Selector> = fc.oneof(
  fc.constant({}),
  fc.record({ matchLabels: fc.record({ team: fc.constantFrom('a', 'b') }) }),
  fc.record({ matchLabels: fc.record({ 'kubernetes.io/metadata.name': fc.constantFrom('n1', 'n2') }) }),
);
const peer = fc.oneof(
  fc.record({ podSelector }),
  fc.record({ namespaceSelector }),
  fc.record({ podSelector, namespaceSelector }),
);
const port = fc.oneof(
  fc.record({ port: fc.constantFrom<number | string>(50051, 80, 'grpc', 'http') }),
  fc.record({ port: fc.constant(80), endPort: fc.constantFrom(90, 60000) }),
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP') }),
);
const ports = fc.array(port, { maxLength: 2 });
const peers = fc.array(peer, { maxLength: 2 });
const spec = fc.record(
  {
    podSelector,
    ingress: fc.array(fc.record({ from: peers, ports }, { requiredKeys: [] }), { maxLength: 2 }),
    egress: fc.array(fc.record({ to: peers, ports }, { requiredKeys: [] }), { maxLength: 2 }),
    policyTypes: fc.subarray(['Ingress', 'Egress']),
  },
  { requiredKeys: ['podSelector'] },
);
type Spec = (typeof spec extends fc.Arbitrary<infer T> ? T : never) & { ingress?: Rule[]; egress?: Rule[] };
type Rule = {
  from?: { podSelector?: Selector; namespaceSelector?: Selector }[];
  to?: Rule['from'];
  ports?: { port?: number | string; endPort?: number; protocol?: string }[];
};
const policies = fc.array(fc.record({ namespace: fc.constantFrom('n1', 'n2'), spec }), { maxLength: 4 });

function clusterWith(list: readonly { namespace: string; spec: object }[]): Cluster {
  const objects = list.map(({ namespace, spec: body }, index) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `p${index}`, namespace },
    spec: body,
  }));
  return clusterOf([...world, ...objects].map((it) => JSON.stringify(it)).join('\n---\n'));
}

type Pod = (typeof PODS)[number];

/** The pages of Kubernetes word by word, and nothing for speed. */
function allowed(list: readonly { namespace: string; spec: Spec }[], from: Pod, to: Pod, number: number): boolean {
  const direction = (side: 'ingress' | 'egress', isolated: Pod, other: Pod) => {
    const selecting = list.filter(
      (it) => it.namespace === isolated.namespace && picks(it.spec.podSelector, isolated.labels),
    );
    const limiting = selecting.filter(({ spec: { policyTypes, egress } }) => {
      const types = policyTypes?.length ? policyTypes : egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
      return types.includes(side === 'ingress' ? 'Ingress' : 'Egress');
    });
    if (limiting.length === 0) return true;
    return limiting.some((it) =>
      ((side === 'ingress' ? it.spec.ingress : it.spec.egress) ?? []).some((rule) => {
        const wanted = (side === 'ingress' ? rule.from : rule.to) ?? [];
        const byPeer =
          wanted.length === 0 ||
          wanted.some(
            (one) =>
              (one.namespaceSelector
                ? picks(one.namespaceSelector, {
                    ...NAMESPACES[other.namespace],
                    'kubernetes.io/metadata.name': other.namespace,
                  })
                : other.namespace === it.namespace) &&
              (!one.podSelector || picks(one.podSelector, other.labels)),
          );
        const numbers = (rule.ports ?? []).filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP');
        const byPort =
          !rule.ports?.length ||
          numbers.some(({ port: p, endPort }) => {
            if (p === undefined) return true;
            const first = p === 'grpc' ? 50051 : typeof p === 'number' ? p : -1;
            return first <= number && number <= (endPort ?? first);
          });
        return byPeer && byPort;
      }),
    );
  };
  return direction('egress', from, to) && direction('ingress', to, from);
}

function picks({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key in labels;
      if (operator === 'DoesNotExist') return !(key in labels);
      return values.includes(labels[key]) === (operator === 'In');
    })
  );
}

const RUNS = { numRuns: 100 };

test('every decision is the one that the pages of Kubernetes describe', () => {
  let denied = 0;
  fc.assert(
    fc.property(policies, (list) => {
      const cluster = clusterWith(list);
      const compiled = NetworkPolicies.of(cluster);
      for (const from of PODS) {
        for (const to of PODS) {
          for (const number of [50051, 80]) {
            const client = workloadAt(cluster, `${from.namespace}/${from.name}`);
            const server = workloadAt(cluster, `${to.namespace}/${to.name}`);
            const { outcome, reasons, nearMisses } = compiled.decide(client, server, { number, protocol: 'TCP' });
            const expected = allowed(list as { namespace: string; spec: Spec }[], from, to, number) ? 'allow' : 'deny';
            expect({ from, to, number, outcome }).toEqual({ from, to, number, outcome: expected });
            expect(reasons).not.toEqual([]);
            expect(nearMisses().every(({ lacks }) => lacks.length > 0)).toBe(true);
            denied += outcome === 'deny' ? 1 : 0;
          }
        }
      }
    }),
    RUNS,
  );
  expect(denied).toBeGreaterThan(500);
});
