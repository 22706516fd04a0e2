import fc from 'fast-check';
import { AccessMatrix, ask } from '../../../src/simulation/access/access-matrix';
import { Simulation } from '../../../src/simulation/simulation';
import { clusterOf } from '../../support/cluster-of';
import { deployment, policy } from '../../support/guarded';

const withoutNamespace = (yaml: string) => yaml.slice(yaml.indexOf('---\n'));

const NAMESPACES = ['shop', 'bank']
  .map(
    (name) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { istio-injection: enabled } }\n---\n`,
  )
  .join('');

function pods(id: string, annotations = ''): string {
  return withoutNamespace(deployment(id, '', '', annotations));
}

function served(id: string, annotations?: string): string {
  const [namespace, name] = id.split('/');
  return `${pods(id, annotations)}
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ name: grpc, port: 8080 }] }
---
`;
}

const SHOP = NAMESPACES + served('shop/order') + served('shop/stock') + served('bank/ledger');

function matrixOf(yaml: string, apis?: ReadonlyMap<string, readonly string[]>): AccessMatrix {
  return AccessMatrix.of(Simulation.of(clusterOf(yaml)), apis);
}

function lines(matrix: AccessMatrix, outcome = 'allow'): string[] {
  return matrix.cells.filter((it) => it.outcome === outcome).map(({ party, rpc }) => `${party.name} -> ${rpc.name}`);
}

const allowing = (id: string, app: string, rule: string) =>
  policy(id, `selector: { matchLabels: { app: ${app} } }, rules: [{ ${rule} }]`);
const from = (principal: string) => `from: [{ source: { principals: [${principal}] } }]`;
const to = (...paths: string[]) => `to: [{ operation: { paths: [${paths}] } }]`;
const ORDER = 'cluster.local/ns/shop/sa/order';

describe('an access matrix', () => {
  const closed = policy('shop/nothing', '') + policy('bank/nothing', '');

  test('names the RPCs that policies name, and lists only who gets through', () => {
    const matrix = matrixOf(
      SHOP + closed + allowing('shop/stock', 'stock', `${from(ORDER)}, ${to('/shop.Stock/Take', '/shop.Stock/Put')}`),
    );
    expect(matrix.rpcs.map(({ name }) => name)).toEqual([
      'shop/order any other',
      'shop/stock Put',
      'shop/stock Take',
      'shop/stock any other',
      'bank/ledger any other',
    ]);
    expect(lines(matrix)).toEqual(['shop/order -> shop/stock Put', 'shop/order -> shop/stock Take']);
    expect(lines(matrix, 'unknown')).toEqual([]);
  });

  test('has short names for RPCs, but not for paths of plain HTTP', () => {
    const rules = allowing('shop/stock', 'stock', `${from(ORDER)}, ${to('/shop.Stock/Take', '/v1/send', '/v1.2/get')}`);
    expect(lines(matrixOf(SHOP + closed + rules))).toEqual([
      'shop/order -> shop/stock Take',
      'shop/order -> shop/stock /v1.2/get',
      'shop/order -> shop/stock /v1/send',
    ]);
  });

  test('knows all methods of an API that a path names, if it is told them', () => {
    const rules = closed + allowing('shop/stock', 'stock', `${from(ORDER)}, ${to('/shop.Stock/*')}`);
    const apis = new Map([
      ['shop.Stock', ['Put', 'Take']],
      ['bank.Ledger', ['Book']],
    ]);
    expect(lines(matrixOf(SHOP + rules, apis))).toEqual([
      'shop/order -> shop/stock /shop.Stock/*',
      'shop/order -> shop/stock Put',
      'shop/order -> shop/stock Take',
    ]);
  });

  test('knows all methods of an API to which a route leads as a whole, if it is told them', () => {
    const route = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: stock, namespace: shop }
spec:
  hosts: [stock]
  http:
    - match: [{ uri: { prefix: /shop.Stock/ } }, { uri: { prefix: / } }]
      route: [{ destination: { host: stock } }]
---
`;
    const apis = new Map([
      ['shop.Stock', ['Put', 'Take']],
      ['bank.Ledger', ['Book']],
    ]);
    const names = (matrix: AccessMatrix) =>
      matrix.rpcs.map(({ name }) => name).filter((name) => name.startsWith('shop/stock'));
    expect(names(matrixOf(SHOP + route, apis))).toEqual(['shop/stock Put', 'shop/stock Take', 'shop/stock any other']);
    expect(names(matrixOf(SHOP + route))).toEqual(['shop/stock any other']);
  });

  test('has the callers whose pods are elsewhere, and one without identity', () => {
    const rules = closed + allowing('shop/stock', 'stock', from('cluster.local/ns/far/sa/away'));
    const matrix = matrixOf(SHOP + rules);
    expect(matrix.parties.map(({ name }) => name)).toEqual([
      'shop/order',
      'shop/stock',
      'bank/ledger',
      'cluster.local/ns/far/sa/away',
      'plaintext',
    ]);
    expect(lines(matrix)).toEqual(['cluster.local/ns/far/sa/away -> shop/stock any other']);
  });

  test('keeps services of one name in two namespaces apart', () => {
    const rules = closed + policy('bank/all', 'rules: [{}]');
    const matrix = matrixOf(NAMESPACES + served('shop/order') + served('bank/order') + rules);
    expect(lines(matrix)).toEqual([
      'shop/order -> bank/order any other',
      'bank/order -> bank/order any other',
      'plaintext -> bank/order any other',
    ]);
  });

  test('takes nobody from outside to a service to which the route of the host does not go, whoever the gateway is', () => {
    const edge = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingress }
  servers:
    - { port: { number: 443, name: https, protocol: HTTPS }, hosts: [a.example], tls: { mode: SIMPLE, credentialName: a } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: shop }
spec: { hosts: [a.example], gateways: [edge], http: [{ route: [{ destination: { host: order } }] }] }
---
`;
    const matrix = matrixOf(SHOP + closed + edge + allowing('shop/order', 'order', `${from('"*/sa/ingress"')}`));
    const outside = matrix.cells.filter(({ party }) => party.name === 'https://a.example');
    expect(outside.map(({ rpc, outcome }) => `${rpc.name} ${outcome}`)).toEqual(['shop/order any other unknown']);
  });

  // What it leaves out without asking must be what an answer would refuse.
  const DIVERTED = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order, namespace: shop }
spec: { hosts: [order], http: [{ route: [{ destination: { host: ledger.bank.svc.cluster.local } }] }] }
---
`;
  const DEAF = served('shop/stock', 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"');

  test.each([
    ['a service whose calls go elsewhere', SHOP + DIVERTED],
    ['a port that the proxy does not see', SHOP.replace(served('shop/stock'), DEAF)],
    ['a service of several workloads', SHOP + pods('shop/second').replaceAll('app: second', 'app: stock')],
    ['pods of which nobody knows whether they have proxies', SHOP.replace(NAMESPACES, '')],
  ])('answers as asking each pair does, for %s', (_, yaml) => {
    const principal = fc.constantFrom(
      ORDER,
      'cluster.local/ns/bank/sa/ledger',
      '"*"',
      '"*/ns/shop/sa/order"',
      'cluster.local/ns/far/sa/away',
      'cluster.local/ns/shop/sa/stock',
    );
    const source = fc.oneof(
      principal.map((one) => `principals: [${one}]`),
      fc.constantFrom(
        'namespaces: [shop]',
        'serviceAccounts: [order]',
        'serviceAccounts: [bank/ledger]',
        `notPrincipals: [${ORDER}]`,
        'ipBlocks: [10.0.0.0/8]',
      ),
    );
    const rule = fc.oneof(
      source.map((one) => `from: [{ source: { ${one} } }]`),
      fc
        .tuple(source, principal)
        .map(([one, other]) => `from: [{ source: { ${one} } }, { source: { principals: [${other}] } }]`),
      fc.constantFrom(to('/shop.Stock/Take'), `when: [{ key: source.principal, values: [${ORDER}] }]`, ''),
    );
    const spec = fc
      .tuple(
        fc.constantFrom('ALLOW', 'ALLOW', 'DENY', 'AUDIT'),
        fc.constantFrom('order', 'stock', 'ledger'),
        fc.array(rule, { minLength: 1, maxLength: 2 }),
      )
      .map(
        ([action, app, rules]) =>
          `selector: { matchLabels: { app: ${app} } }, action: ${action}, rules: [${rules.map((one) => `{ ${one} }`)}]`,
      );
    const policies = fc.array(fc.tuple(fc.constantFrom('shop', 'bank', 'istio-system'), spec), { maxLength: 4 });
    fc.assert(
      fc.property(policies, (all) => {
        const rules = all.map(([namespace, it], at) => policy(`${namespace}/p${at}`, it)).join('');
        const simulation = Simulation.of(clusterOf(yaml + rules));
        const matrix = AccessMatrix.of(simulation);
        for (const rpc of matrix.rpcs) {
          for (const party of matrix.parties) {
            expect([party.name, rpc.name, matrix.outcome(party, rpc)]).toEqual([
              party.name,
              rpc.name,
              ask(simulation, party, rpc).outcome,
            ]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
