import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { clusterOf } from '../support/cluster-of';

function found(gateways: string, wide: string, narrow: string) {
  const { findings } = analyze(
    clusterOf(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  ${gateways}
  http:
    - match: [{${wide}}]
      directResponse: {status: 204}
    - match: [{${narrow}}]
      directResponse: {status: 200}
`),
    RULES,
  );
  return findings.filter(({ code }) => code === 'UnreachableRoute').map(({ path }) => path.join('.'));
}

const WIDE = 'uri: {prefix: /shop.v1.Menu/}';
const NARROW = 'uri: {prefix: /shop.v1.Menu/Get}';
const GET = 'method: {exact: GET}';

test.each([
  ['the mesh, for which the VirtualService is by default', '', `${WIDE}, gateways: [mesh]`, NARROW],
  ['every gateway of the VirtualService', 'gateways: [edge, mesh]', `${WIDE}, gateways: [mesh, shop/edge]`, NARROW],
  [
    'every gateway, as of the route behind it',
    'gateways: [edge]',
    `${WIDE}, ${GET}, gateways: [edge]`,
    `${NARROW}, ${GET}`,
  ],
  [
    'those of the route behind it',
    'gateways: [edge, mesh]',
    `${WIDE}, gateways: [mesh]`,
    `${NARROW}, gateways: [mesh]`,
  ],
  ['all, before a route for one', 'gateways: [edge, mesh]', WIDE, `${NARROW}, gateways: [mesh]`],
])('a route for %s takes what another one behind it could', (_, gateways, wide, narrow) => {
  expect(found(gateways, wide, narrow)).toEqual(['spec.http.1']);
});

test.each([
  ['one of two gateways', 'gateways: [edge, mesh]', `${WIDE}, gateways: [mesh]`, NARROW],
  ['another gateway', 'gateways: [edge, mesh]', `${WIDE}, gateways: [mesh]`, `${NARROW}, gateways: [edge]`],
  ['every gateway, but under a condition', '', `${WIDE}, ${GET}, gateways: [mesh]`, NARROW],
])('a route for %s leaves it the rest', (_, gateways, wide, narrow) => {
  expect(found(gateways, wide, narrow)).toEqual([]);
});

test('of a delegate nobody knows the gateways', () => {
  const { findings } = analyze(
    clusterOf(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  http:
    - match: [{${WIDE}, gateways: [mesh]}]
      directResponse: {status: 204}
    - match: [{${NARROW}}]
      directResponse: {status: 200}
`),
    RULES,
  );
  expect(findings.map(({ code }) => code)).not.toContain('UnreachableRoute');
});
