import fc from 'fast-check';
import type { JsonObject } from '../../../src/manifests/json';
import { AuthorizationPolicies } from '../../../src/simulation/authorization/authorization-policies';
import type { Request } from '../../../src/simulation/request';
import { clusterOf, workloadAt } from '../../support/cluster-of';
import { deployment } from '../../support/guarded';

// Few values, so that rules and requests meet.
const IDENTITIES = ['', 'cluster.local/ns/shop/sa/web', 'cluster.local/ns/shop/sa/order', 'td/ns/bar/sa/web'];
const PATHS = ['/a.B/C', '/a.B/D', '/e.F/C'];
const ADDRESSES = ['10.0.0.1', '10.9.0.1', '192.168.0.1'];

const some = <T>(...values: T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
const fields = <T extends object>(model: { [key in keyof T]: fc.Arbitrary<T[key]> }) =>
  fc.record(model, { requiredKeys: [] }).filter((found) => Object.keys(found).length > 0);

const principals = some('*', 'cluster.local/ns/shop/sa/web', 'cluster.local/*', '*/sa/web');
const namespaces = some('shop', 'b*', '*');
const ranges = some('10.0.0.0/16', '10.0.0.1', '192.168.0.0/16');
const source = fields({
  principals,
  notPrincipals: principals,
  namespaces,
  notNamespaces: namespaces,
  ipBlocks: ranges,
  notIpBlocks: ranges,
  requestPrincipals: some('*', 'a/b'),
});
const paths = some('/a.B/*', '/a.B/C', '*/C', '/{*}/D');
const ports = some('80', '81');
const methods = some('GET', 'POST');
const operation = fields({ paths, notPaths: paths, ports, notPorts: ports, methods, hosts: some('x', '*.y') });
const when = fc.oneof(
  fc.record({ key: fc.constant('source.ip'), values: ranges }),
  fc.record({ key: fc.constant('request.headers[h]'), notValues: some('*', '1', '2*') }),
  fc.record({ key: fc.constant('source.namespace'), values: namespaces, notValues: namespaces }),
);
const rule = fc.record(
  {
    from: fc.array(fc.record({ source }), { minLength: 1, maxLength: 2 }),
    to: fc.array(fc.record({ operation }), { minLength: 1, maxLength: 2 }),
    when: fc.array(when, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const rules = fc.array(rule, { minLength: 1, maxLength: 3 });
const spec = fc.oneof(
  fc.record({ action: fc.constantFrom('ALLOW', 'DENY'), rules }),
  fc.record({ action: fc.constant('ALLOW') }),
);
const policies = fc.array(spec, { maxLength: 4 });

const request: fc.Arbitrary<Request> = fc.record({
  principal: fc.constantFrom(...IDENTITIES),
  protocol: fc.constantFrom('http', 'tcp'),
  port: fc.constantFrom(80, 81),
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom(...PATHS),
  authority: fc.constantFrom('x', 'z.y'),
  headers: fc.constantFrom<Record<string, string>>({}, { h: '1' }, { h: '22' }),
  sourceIp: fc.constantFrom(undefined, ...ADDRESSES),
  claims: fc.constantFrom<JsonObject | undefined>(undefined, { iss: 'a', sub: 'b' }),
});

type Spec = { readonly action: string; readonly rules?: readonly object[] };

function decide(specs: readonly Spec[], asked: Request, annotations = {}, dataPlane = 'istio-injection: enabled') {
  const documents = specs.map((one, index) =>
    JSON.stringify({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: `p${index}`, namespace: 'shop', annotations: index === specs.length - 1 ? annotations : {} },
      spec: one,
    }),
  );
  const cluster = clusterOf(deployment('shop/order', '', dataPlane) + documents.join('\n---\n'));
  const found = AuthorizationPolicies.of(cluster);
  const workload = workloadAt(cluster, 'shop/order');
  expect(found.inForce(workload).doubtful).toEqual([]);
  const decision = found.decide(workload, asked);
  expect(found.outcome(workload, asked)).toBe(decision.outcome);
  return decision;
}

const outcome = (...given: Parameters<typeof decide>) => decide(...given).outcome;
const denying = fc.record({ action: fc.constant('DENY'), rules });
const allowing = fc.record({ action: fc.constant('ALLOW'), rules });
const dataPlanes = fc.constantFrom('istio-injection: enabled', 'istio.io/dataplane-mode: ambient');

test('a further DENY policy denies more and allows no more', () => {
  fc.assert(
    fc.property(policies, denying, request, dataPlanes, (before, more, asked, plane) => {
      const was = outcome(before, asked, {}, plane);
      const is = outcome([...before, more], asked, {}, plane);
      expect(
        was === 'deny' ? ['deny'] : was === 'unknown' ? ['deny', 'unknown'] : ['allow', 'deny', 'unknown'],
      ).toContain(is);
    }),
  );
});

test('a further ALLOW policy allows more and denies no more, once there is one', () => {
  fc.assert(
    fc.property(policies, allowing, request, dataPlanes, (others, more, asked, plane) => {
      const before = [...others, { action: 'ALLOW' }];
      const was = outcome(before, asked, {}, plane);
      const is = outcome([...before, more], asked, {}, plane);
      expect(
        was === 'allow' ? ['allow'] : was === 'unknown' ? ['allow', 'unknown'] : ['allow', 'deny', 'unknown'],
      ).toContain(is);
    }),
  );
});

test('a further rule is as a further policy of its own', () => {
  fc.assert(
    fc.property(
      policies,
      spec.filter((one) => 'rules' in one),
      rule,
      request,
      (others, last, more, asked) => {
        const together = { ...last, rules: [...((last as Spec).rules ?? []), more] };
        const apart = { ...last, rules: [more] };
        expect(outcome([...others, together], asked)).toBe(outcome([...others, last, apart], asked));
      },
    ),
  );
});

test('the order of policies and rules does not matter', () => {
  fc.assert(
    fc.property(policies, request, dataPlanes, (given, asked, plane) => {
      const reversed = given
        .map((one) => ('rules' in one ? { ...one, rules: [...one.rules].reverse() } : one))
        .reverse();
      expect(outcome(reversed, asked, {}, plane)).toBe(outcome(given, asked, {}, plane));
    }),
  );
});

test('a dry run and an audit change nothing', () => {
  fc.assert(
    fc.property(policies, spec, request, (given, more, asked) => {
      const was = outcome(given, asked);
      expect(outcome([...given, more], asked, { 'istio.io/dry-run': 'true' })).toBe(was);
      expect(outcome([...given, { ...more, action: 'AUDIT' }], asked)).toBe(was);
    }),
  );
});

test('an answer without an address is right whatever the address is', () => {
  fc.assert(
    fc.property(policies, request, dataPlanes, (given, asked, plane) => {
      const decision = decide(given, { ...asked, sourceIp: undefined }, {}, plane);
      const answers = ADDRESSES.map((sourceIp) => outcome(given, { ...asked, sourceIp }, {}, plane));
      expect(answers).not.toContain('unknown');
      if (decision.outcome === 'unknown') {
        expect(decision.missing).toEqual(['the address of the peer']);
      } else {
        expect(new Set(answers)).toEqual(new Set([decision.outcome]));
      }
    }),
  );
});

test('who is denied by absence lacks something for each rule', () => {
  fc.assert(
    fc.property(fc.array(allowing, { minLength: 1, maxLength: 3 }), request, (given, asked) => {
      const { outcome: is, nearMisses } = decide(given, asked);
      fc.pre(is === 'deny');
      expect(nearMisses()).toHaveLength(given.flatMap((one) => one.rules).length);
      const lacks = nearMisses().map((miss) => miss.lacks.length);
      expect(Math.min(...lacks)).toBeGreaterThan(0);
      expect(lacks).toEqual([...lacks].sort((a, b) => a - b));
    }),
  );
});

test('a TCP port takes no more from ALLOW policies than HTTP would, and no less from DENY policies', () => {
  fc.assert(
    fc.property(
      fc.array(allowing, { minLength: 1, maxLength: 3 }),
      fc.array(denying),
      request,
      (allows, denies, asked) => {
        const known = { ...asked, sourceIp: '10.0.0.1' };
        const tcp = outcome([...allows, ...denies], { ...known, protocol: 'tcp' });
        expect(tcp === 'allow' ? ['allow'] : ['allow', 'deny']).toContain(
          outcome([...allows, ...denies], { ...known, protocol: 'http' }),
        );
      },
    ),
  );
});
