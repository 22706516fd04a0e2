import { meshWith, SUBSETS, summary } from '../../support/mesh';

/** A VirtualService of namespace shop for connections to its cache. */
function connections(tcp: string, name = 'cache', hosts = '[cache]'): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop}
spec: {hosts: ${hosts}, tcp: [${tcp}]}
---`;
}

const to = (destination: string) => `route: [{destination: {${destination}}}]`;
const MENU = to('host: menu, port: {number: 50051}');
const reached = (yaml: string, from = 'shop/client') =>
  summary(meshWith(yaml).inside({ from, host: 'cache', port: 6379 }));

// Held by the differential test.
describe('a connection of which nothing is read goes where a TCP route sends it', () => {
  test.each([
    ['without a match', `{${MENU}}`, 'menu:50051 1'],
    ['with a match for its port', `{match: [{port: 6379}], ${MENU}}`, 'menu:50051 1'],
    ['with a match for another port', `{match: [{port: 6380}], ${MENU}}`, 'cache:6379 1'],
    ['with one match of several', `{match: [{port: 6380}, {sourceLabels: {app: client}}], ${MENU}}`, 'menu:50051 1'],
    ['with a match for another client', `{match: [{sourceLabels: {app: other}}], ${MENU}}`, 'cache:6379 1'],
    ['with a match for its namespace', `{match: [{sourceNamespace: shop}], ${MENU}}`, 'menu:50051 1'],
    ['with a match for a gateway', `{match: [{gateways: [shop/api]}], ${MENU}}`, 'cache:6379 1'],
    [
      'for the mesh, and another client',
      `{match: [{gateways: [mesh], sourceLabels: {app: x}}], ${MENU}}`,
      'cache:6379 1',
    ],
    ['of which the first fits', `{match: [{port: 1}], ${to('host: order')}}, {${MENU}}`, 'menu:50051 1'],
    [
      'that asks for an address',
      `{match: [{destinationSubnets: [10.96.0.0/16]}], ${MENU}}`,
      'unknown: the address that the client connects to',
    ],
    // Found by the differential test: a route of HTTP would not.
    ['to the only port of a service', `{${to('host: menu')}}`, 'menu:50051 1'],
    ['to a port that is not there', `{${to('host: order')}}`, 'no-route 14'],
    ['to nobody', `{${to('host: nobody')}}`, 'no-route 14'],
    ['to a subset', `{${to('host: order, port: {number: 9000}, subset: v1')}}`, 'order:9000/v1 1'],
  ])('%s', (_, tcp, where) => {
    expect(reached(SUBSETS + connections(tcp))).toBe(where);
  });
});

test('it takes its share of several destinations', () => {
  const both =
    '{route: [{destination: {host: cache}, weight: 1}, {destination: {host: order, port: {number: 9000}}, weight: 3}]}';
  expect(reached(connections(both))).toBe('cache:6379 1, order:9000 3');
});

test('of several VirtualServices the oldest decides, be it for a wildcard', () => {
  const wild = connections(`{${MENU}}`, 'a', "['*.shop.svc.cluster.local']");
  const exact = connections(`{${to('host: cache')}}`, 'b');
  const aged = (yaml: string, age: number) =>
    yaml.replace('namespace: shop', `namespace: shop, creationTimestamp: "2026-01-0${age}T00:00:00Z"`);
  expect(reached(aged(wild, 1) + aged(exact, 2))).toBe('menu:50051 1');
  expect(reached(aged(wild, 2) + aged(exact, 1))).toBe('cache:6379 1');
});

test('HTTP goes past TCP routes', () => {
  const tcp = connections(`{${MENU}}`, 'order', '[order]');
  expect(summary(meshWith(tcp).inside())).toBe('order:50051 1');
});
