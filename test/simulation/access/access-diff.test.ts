import { accessDiff } from '../../../src/simulation/access/access-diff';
import { AccessMatrix } from '../../../src/simulation/access/access-matrix';
import { Simulation } from '../../../src/simulation/simulation';
import { clusterOf } from '../../support/cluster-of';
import { deployment, policy } from '../../support/guarded';

const pods = (id: string) => deployment(id).slice(deployment(id).indexOf('---\n'));

const SHOP = `${deployment('shop/order')}${pods('shop/web')}${pods('shop/admin')}
apiVersion: v1
kind: Service
metadata: { name: order, namespace: shop }
spec: { selector: { app: order }, ports: [{ name: grpc, port: 8080 }] }
---
`;

const rule = (who: string, path: string) =>
  `{ from: [{ source: { serviceAccounts: [${who}] } }], to: [{ operation: { paths: [${path}] } }] }`;
const allow = (...rules: string[]) => policy('shop/order', `rules: [${rules}]`);

function diff(before: string, after: string): string[] {
  const [old, young] = [before, after].map((rules) => AccessMatrix.of(Simulation.of(clusterOf(SHOP + rules))));
  return accessDiff(old, young).map((it) => `${it.party} -> ${it.rpc}: ${it.before} -> ${it.after}`);
}

test('nothing changes where nothing changes, however it is written', () => {
  const one = allow(rule('web', '/shop.Order/Place'), rule('admin', '/shop.Order/List'));
  expect(diff(one, one)).toEqual([]);
  expect(diff(one, allow(rule('admin', '/shop.Order/List'), rule('web', '/shop.Order/Place')))).toEqual([]);
});

test('a grant and a revocation, the grant first', () => {
  const before = allow(rule('web', '/shop.Order/Place'), rule('admin', '/shop.Order/List'));
  const after = allow(rule('web', '/shop.Order/Place'), rule('web', '/shop.Order/List'));
  expect(diff(before, after)).toEqual([
    'shop/web -> shop/order List: deny -> allow',
    'shop/admin -> shop/order List: allow -> deny',
  ]);
});

test('a doubt is neither', () => {
  const near = 'from: [{ source: { serviceAccounts: [web], ipBlocks: [10.0.0.0/8] } }]';
  const before = allow(rule('web', '/shop.Order/Place'));
  expect(diff(before, before.replace('from: [{ source: { serviceAccounts: [web] } }]', near))).toEqual([
    'shop/web -> shop/order Place: allow -> unknown',
  ]);
});

test('an RPC that only one side names is compared with what the other lets through without naming it', () => {
  const all = policy('shop/order', 'rules: [{ from: [{ source: { serviceAccounts: [web] } }] }]');
  expect(diff(all, allow(rule('web', '/shop.Order/Place')))).toEqual([
    'shop/web -> shop/order any other: allow -> deny',
  ]);
  expect(diff(allow(rule('web', '/shop.Order/Place')), all)).toEqual([
    'shop/web -> shop/order any other: deny -> allow',
  ]);
});

test('a caller that is new is a grant', () => {
  const far = policy('shop/order', 'rules: [{ from: [{ source: { principals: [cluster.local/ns/far/sa/away] } }] }]');
  expect(diff(policy('shop/order', ''), far)).toEqual([
    'cluster.local/ns/far/sa/away -> shop/order any other: deny -> allow',
  ]);
});
