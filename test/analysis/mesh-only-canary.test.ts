import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { clusterOf } from '../support/cluster-of';

const ORDER = 'order.shop.svc.cluster.local';
const PAYMENT = 'payment.shop.svc.cluster.local';
const SPLIT = (host: string) => `{host: ${host}, subset: v1}}, {destination: {host: ${host}, subset: v2}`;

const routes = (name: string, hosts: string, destination: string, gateways = '') => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop}
spec: {hosts: [${hosts}], ${gateways && `gateways: [${gateways}], `}http: [{route: [{destination: ${destination}}]}]}
---
`;

function found(...objects: string[]): string[] {
  const { findings } = analyze(clusterOf(objects.join('')), RULES);
  return findings.filter(({ code }) => code === 'MeshOnlyCanary').map(({ object }) => object.replace(/^.*\//, ''));
}

const EDGE = routes('edge', 'api.example.com', `{host: ${ORDER}}`, 'api');

test('a gateway passes by the subsets that somebody else makes of the host', () => {
  expect(found(routes('order', 'order', SPLIT('order')), EDGE)).toEqual(['edge']);
  expect(found(routes('order', 'order', '{host: order}'), EDGE)).toEqual([]);
});

test('it passes by them though it names subsets in another route', () => {
  const both = EDGE.replace('http: [', `http: [{route: [{destination: ${SPLIT(ORDER)}}]}, `).replace(
    'api.example.com',
    `api.example.com, ${ORDER}`,
  );
  expect(found(routes('order', 'order', SPLIT('order')), both)).toEqual(['edge']);
});

test('it passes by no subsets of another host, wherever calls for this one go', () => {
  expect(found(routes('order', 'order', SPLIT(PAYMENT)), EDGE)).toEqual([]);
});
