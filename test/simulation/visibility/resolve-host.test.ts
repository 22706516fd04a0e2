import { resolveHost, resolveShortName } from '../../../src/simulation/visibility/resolve-host';
import { clusterOf } from '../../support/cluster-of';

describe('a host that an object of Istio in namespace shop names', () => {
  test.each([
    ['order', 'order.shop.svc.cluster.local'],
    ['order.bar', 'order.bar'],
    ['order.bar.svc.cluster.local', 'order.bar.svc.cluster.local'],
    ['*', '*'],
    ['*.example.com', '*.example.com'],
    ['10.0.0.1', '10.0.0.1'],
    ['fd00::1', 'fd00::1'],
    ['', ''],
  ])('%p is %p', (host, name) => {
    expect(resolveShortName(host, 'shop')).toBe(name);
  });
});

describe('a host that a client in namespace shop calls', () => {
  const cluster = clusterOf(`
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: order, namespace: bar}
spec: {ports: [{port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: example, namespace: bar}
spec: {hosts: [api.example.com], ports: [{number: 443, name: https}]}
`);

  test.each([
    ['order', 'order.shop.svc.cluster.local'],
    ['order.bar', 'order.bar.svc.cluster.local'],
    ['order.bar.svc', 'order.bar.svc.cluster.local'],
    ['order.bar.svc.cluster.local', 'order.bar.svc.cluster.local'],
    ['order.bar.svc.cluster.local.', 'order.bar.svc.cluster.local'],
    ['api.example.com', 'api.example.com'],
    ['payment', 'payment.shop.svc.cluster.local'],
    ['payment.bar', 'payment.bar'],
  ])('%s is %s', (host, name) => {
    expect(resolveHost(cluster, host, 'shop')).toBe(name);
  });
});
