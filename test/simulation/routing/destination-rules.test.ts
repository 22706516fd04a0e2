import type { ClusterOptions } from '../../../src/manifests/cluster';
import { DestinationRules } from '../../../src/simulation/routing/destination-rules';
import { clusterOf, serviceAt } from '../../support/cluster-of';

const SERVICES = `
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {ports: [{name: grpc, port: 50051}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: outside, namespace: shop}
spec: {hosts: [api.example.com], ports: [{name: https, number: 443, protocol: HTTPS}], resolution: DNS}
---
`;

/** A DestinationRule of `namespace/name`, whose policy tells which it is. */
function rule(id: string, host: string, more = ''): string {
  const [namespace, name] = id.split('/');
  return `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  host: '${host}'
  trafficPolicy: {connectionPool: {http: {http2MaxRequests: 1}}}
  ${more}
---`;
}

const ORDER = 'order.shop.svc.cluster.local';

function rulesOf(text: string, client: string | undefined, labels = {}, host = ORDER, options: ClusterOptions = {}) {
  const cluster = clusterOf(SERVICES + text, options);
  const rules = DestinationRules.of(cluster);
  return rules.for({ namespace: client, labels }, serviceAt(cluster, host));
}

function names(...args: Parameters<typeof rulesOf>): string[] {
  return rulesOf(...args).rules.map(({ namespace, name }) => `${namespace}/${name}`);
}

// https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration
describe('the DestinationRule in force', () => {
  const EVERYWHERE = rule('bar/client', ORDER) + rule('shop/service', ORDER) + rule('istio-system/root', ORDER);

  test.each<[string, string, string, string[]]>([
    ["is first that of the client's namespace", EVERYWHERE, 'bar', ['bar/client']],
    ["is then that of the service's namespace", EVERYWHERE, 'other', ['shop/service']],
    ['is then that of the root namespace', rule('istio-system/root', ORDER), 'other', ['istio-system/root']],
    ['is never that of a third namespace', rule('bar/client', ORDER), 'other', []],
    ["is the service's before the root's for clients there", EVERYWHERE, 'istio-system', ['shop/service']],
    [
      "is the root's own, if it keeps it to itself",
      rule('istio-system/own', ORDER, "exportTo: ['.']"),
      'istio-system',
      ['istio-system/own'],
    ],
    ['is not one that the root keeps to itself', rule('istio-system/own', ORDER, "exportTo: ['.']"), 'bar', []],
    ['has a short host, in its own namespace', rule('shop/short', 'order'), 'bar', ['shop/short']],
    ['has no short host from elsewhere', rule('bar/short', 'order'), 'bar', []],
    ['has a host in any letters', rule('shop/loud', 'ORDER'), 'bar', ['shop/loud']],
  ])('%s', (_, text, client, expected) => {
    expect(names(text, client)).toEqual(expected);
  });

  test.each<[string, string, string, string[]]>([
    [
      'the exact host',
      rule('shop/wild', '*.shop.svc.cluster.local') + rule('shop/exact', ORDER),
      'bar',
      ['shop/exact'],
    ],
    ['the longest wildcard', rule('shop/all', '*') + rule('shop/local', '*.local'), 'bar', ['shop/local']],
    ['the host of all', rule('shop/all', '*'), 'bar', ['shop/all']],
  ])('is that of %s', (_, text, client, expected) => {
    expect(names(text, client)).toEqual(expected);
  });

  test('is looked for no further in a namespace whose most specific rule is not for the client', () => {
    const text = rule('shop/wild', '*.local') + rule('shop/exact', ORDER, 'exportTo: [other]');
    expect(names(text, 'bar')).toEqual([]);
    expect(names(text, 'other')).toEqual(['shop/exact']);
    expect(names(text + rule('istio-system/root', ORDER), 'bar')).toEqual(['istio-system/root']);
  });

  test.each<[string, string, string[]]>([
    ["['.']", 'shop', ['shop/a']],
    ["['.']", 'bar', []],
    ['[bar]', 'bar', ['shop/a']],
    // It is not for its own namespace then.
    ['[bar]', 'shop', []],
    ['[bar, shop]', 'shop', ['shop/a']],
    ["['*']", 'bar', ['shop/a']],
    ["['~']", 'bar', []],
    ['[]', 'bar', ['shop/a']],
  ])('exported to %s, for a client in %s', (exportTo, client, expected) => {
    expect(names(rule('shop/a', ORDER, `exportTo: ${exportTo}`), client)).toEqual(expected);
  });

  test('is exported as the mesh says, where it does not say itself', () => {
    const options = { mesh: { defaultDestinationRuleExportTo: ['.'] } };
    expect(names(rule('shop/a', ORDER), 'bar', {}, ORDER, options)).toEqual([]);
    expect(names(rule('shop/a', ORDER), 'shop', {}, ORDER, options)).toEqual(['shop/a']);
  });

  test('is none of the malformed', () => {
    const cluster = clusterOf(`${SERVICES}${rule('shop/a', ORDER)}`.replace('host:', 'hosts:'), { malformed: true });
    const found = DestinationRules.of(cluster).for({ namespace: 'bar' }, serviceAt(cluster, ORDER));
    expect(found.rules).toEqual([]);
  });

  test('for a client of no known namespace could be that of any', () => {
    const found = rulesOf(EVERYWHERE, undefined);
    expect(found.rules.map(({ name }) => name)).toEqual(['service']);
    expect(found.missing).toEqual(['whether the client is in namespace bar, which has a DestinationRule of its own']);
    expect(rulesOf(rule('shop/a', ORDER), undefined).missing).toEqual([]);
  });
});

// https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-destination-rules
describe('several DestinationRules for one host of one namespace', () => {
  const subset = (name: string, version = name) => `subsets: [{name: ${name}, labels: {version: ${version}}}]`;

  test('bring all their subsets together', () => {
    const found = rulesOf(rule('shop/a', ORDER, subset('v1')) + rule('shop/b', ORDER, subset('v2')), 'bar');
    expect(found.subsets).toEqual(
      new Map([
        ['v1', { version: 'v1' }],
        ['v2', { version: 'v2' }],
      ]),
    );
    expect(found.rules.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('keep the first subset of a name', () => {
    const found = rulesOf(
      rule('shop/a', ORDER, subset('v1', 'one')) + rule('shop/b', ORDER, subset('v1', 'two')),
      'bar',
    );
    expect([...found.subsets]).toEqual([['v1', { version: 'one' }]]);
  });

  test('keep the policy of the first that has one', () => {
    const bare = rule('shop/a', ORDER).replace(/trafficPolicy.*/, '');
    const found = rulesOf(bare + rule('shop/b', ORDER), 'bar');
    expect(found.trafficPolicy(50051).connectionPool?.http?.http2MaxRequests).toBe(1);
  });

  test('have an order that the API server does not keep: by name, within one second', () => {
    const pair = (first: string, second: string) =>
      rulesOf(
        rule(`shop/${first}`, ORDER) +
          rule(`shop/${second}`, ORDER).replace('http2MaxRequests: 1', 'http2MaxRequests: 2'),
        'bar',
      );
    expect(pair('a', 'b').missing).toEqual([]);
    expect(pair('b', 'a').missing).toEqual(['which of the DestinationRules shop/b and shop/a is the older']);
  });

  test('have the order of their age, where they have one', () => {
    const dated = (name: string, date: string, value: number) =>
      rule(`shop/${name}`, ORDER)
        .replace('metadata: {', `metadata: {creationTimestamp: '${date}', `)
        .replace('http2MaxRequests: 1', `http2MaxRequests: ${value}`);
    const found = rulesOf(dated('a', '2025-02-02T00:00:00Z', 1) + dated('b', '2025-01-01T00:00:00Z', 2), 'bar');
    expect(found.trafficPolicy(50051).connectionPool?.http?.http2MaxRequests).toBe(2);
    expect(found.missing).toEqual([]);
  });

  // https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context_test.go (TestSetDestinationRuleWithExportTo)
  test('stay apart where they are exported to others, and the last of them counts', () => {
    const text =
      rule('shop/a', ORDER, subset('v1')) + rule('shop/b', ORDER, `exportTo: [shop, bar]\n  ${subset('v2')}`);
    expect([...rulesOf(text, 'bar').subsets.keys()]).toEqual(['v2']);
    expect([...rulesOf(text, 'other').subsets.keys()]).toEqual(['v1']);
  });

  test('are one for the audience of the first, where that of the second is larger: who is new there gets none', () => {
    const text =
      rule('shop/a', ORDER, `exportTo: [bar]\n  ${subset('v1')}`) +
      rule('shop/b', ORDER, `exportTo: [bar, other]\n  ${subset('v2')}`);
    expect(rulesOf(text, 'bar').rules.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(rulesOf(text, 'other').rules).toEqual([]);
  });
});

// https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context_test.go (TestSetDestinationRuleWithWorkloadSelector)
describe('a DestinationRule that selects workloads', () => {
  const selecting = (id: string, app: string, more = '') =>
    rule(id, ORDER, `workloadSelector: {matchLabels: {app: ${app}}}\n  ${more}`);
  const PAIR = selecting('bar/web', 'web') + rule('bar/all', ORDER);

  test('is for those alone, and the other for the rest', () => {
    expect(names(PAIR, 'bar', { app: 'web', x: 'y' })).toEqual(['bar/web']);
    expect(names(PAIR, 'bar', { app: 'api' })).toEqual(['bar/all']);
  });

  test('is not for clients of other namespaces, whatever it exports', () => {
    expect(names(selecting('shop/web', 'web', "exportTo: ['*']"), 'bar', { app: 'web' })).toEqual([]);
  });

  test('hides those of other namespaces from the rest too', () => {
    expect(names(selecting('bar/web', 'web') + rule('shop/all', ORDER), 'bar', { app: 'api' })).toEqual([]);
  });

  test('is merged with one for the same workloads only', () => {
    const text = selecting('bar/a', 'web') + selecting('bar/b', 'web') + selecting('bar/c', 'api');
    expect(names(text, 'bar', { app: 'web' })).toEqual(['bar/a', 'bar/b']);
    expect(names(text, 'bar', { app: 'api' })).toEqual(['bar/c']);
  });

  test('takes in one for all that is private to the namespace', () => {
    const text = selecting('bar/web', 'web') + rule('bar/all', ORDER, "exportTo: ['.']");
    expect(names(text, 'bar', { app: 'web' })).toEqual(['bar/web', 'bar/all']);
    // Of which nothing is left for the others: Istio's own merge does so.
    expect(names(text, 'bar', { app: 'api' })).toEqual([]);
  });
});

describe('the TLS of a hop', () => {
  const tls = (mode: string) =>
    rule('shop/a', ORDER, '').replace('connectionPool: {', `tls: {${mode}}, connectionPool: {`);

  test.each([
    ['is automatic where no rule speaks of it', '', 'auto'],
    ['is automatic where a rule speaks of other things', rule('shop/a', ORDER), 'auto'],
    ['is what a rule says', tls('mode: ISTIO_MUTUAL'), 'ISTIO_MUTUAL'],
    ['is none, if a rule says so', tls('mode: DISABLE'), 'DISABLE'],
    ['is none, if a rule has a block without a mode', tls(''), 'DISABLE'],
  ])('%s', (_, text, expected) => {
    expect(rulesOf(text, 'bar').tlsMode(50051)).toBe(expected);
  });

  test('is none to what is outside of the mesh', () => {
    expect(rulesOf('', 'bar', {}, 'api.example.com').tlsMode(443)).toBe('DISABLE');
  });

  test('is none where the mesh has switched it off', () => {
    expect(rulesOf('', 'bar', {}, ORDER, { mesh: { enableAutoMtls: false } }).tlsMode(50051)).toBe('DISABLE');
  });

  test('can differ for a subset', () => {
    const text = rule('shop/a', ORDER, 'subsets: [{name: v1, trafficPolicy: {tls: {mode: DISABLE}}}, {name: v2}]');
    const found = rulesOf(text, 'bar');
    expect([found.tlsMode(50051, 'v1'), found.tlsMode(50051, 'v2')]).toEqual(['DISABLE', 'auto']);
  });
});
