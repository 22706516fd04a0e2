import { RefusedObjects } from '../../../src/simulation/routing/refused-objects';
import { clusterOf } from '../../support/cluster-of';

const ORDER = 'order.shop.svc.cluster.local';
const PAYMENT = 'payment.shop.svc.cluster.local';

function touching(kind: string, spec: string, hosts = [ORDER], proxy: 'sidecar' | 'gateway' = 'sidecar') {
  const yaml = `{apiVersion: networking.istio.io/v1, kind: ${kind}, metadata: {name: a, namespace: shop}, spec: ${spec}}`;
  return RefusedObjects.of(clusterOf(yaml, { malformed: true })).touching(hosts, proxy);
}

test('one that is right says nothing of any host', () => {
  expect(touching('VirtualService', '{hosts: [order]}')).toEqual([]);
});

test.each([
  ['a VirtualService for it', 'VirtualService', '{hosts: [order], htttp: []}'],
  ['a DestinationRule for it', 'DestinationRule', '{host: order, tls: {}}'],
  ['a ServiceEntry for it', 'ServiceEntry', `{hosts: [${ORDER}], port: 80}`],
  ['a VirtualService of which nobody can read for whom', 'VirtualService', '{hosts: order}'],
  ['what may be a VirtualService for it', 'VirtualServce', '{hosts: [order]}'],
])('a host may be touched by %s', (_, kind, spec) => {
  expect(touching(kind, spec)).toEqual([`what the malformed ${kind} shop/a is meant to say`]);
});

test.each([
  ['one for another host', 'VirtualService', '{hosts: [payment], htttp: []}'],
  ['one of another kind', 'WorkloadEntry', '{address: 1}'],
])('a host is not touched by %s', (_, kind, spec) => {
  expect(touching(kind, spec)).toEqual([]);
});

test('a Gateway touches whatever comes in through gateways, and nothing else', () => {
  const spec = '{selector: 1}';
  expect(touching('Gateway', spec, [PAYMENT], 'gateway')).toEqual([
    'what the malformed Gateway shop/a is meant to say',
  ]);
  expect(touching('Gateway', spec, [PAYMENT], 'sidecar')).toEqual([]);
});
