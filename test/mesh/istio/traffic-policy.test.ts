import { MeshPort, MeshService, Workload } from '../../../src';
import { Manifests } from '../../support/manifests';
import { coffeeShop, payment } from '../../support/shop';

const spec = () => {
  const { app, shop } = coffeeShop();
  payment(shop);
  return Manifests.of(app).get('DestinationRule', 'payment').spec;
};

test('calls are spread by the number of open requests', () => {
  expect(spec().trafficPolicy.loadBalancer).toEqual({
    simple: 'LEAST_REQUEST',
    localityLbSetting: { enabled: false },
  });
});

test('connections live as long as they work: gRPC clients pay for every new one', () => {
  expect(spec().trafficPolicy.connectionPool.http).toEqual({ http2MaxRequests: 1000 });
});

test('a dead connection is noticed', () => {
  expect(spec().trafficPolicy.connectionPool.tcp).toEqual({
    connectTimeout: '3s',
    tcpKeepalive: { time: '60s', interval: '20s' },
  });
});

test('a pod is ejected for UNAVAILABLE, not for errors of the application, and never more than half of them', () => {
  expect(spec().trafficPolicy.outlierDetection).toEqual({
    consecutive5xxErrors: 0,
    consecutiveGatewayErrors: 5,
    interval: '10s',
    baseEjectionTime: '30s',
    maxEjectionPercent: 50,
  });
});

test('TLS is left to the mesh, which knows pod by pod', () => {
  expect(JSON.stringify(spec())).not.toMatch(/"tls"/);
});

test('the stable subset is found by the label of its Deployment', () => {
  expect(spec().subsets).toEqual([{ name: 'stable', labels: { 'app.kubernetes.io/instance': 'payment' } }]);
});

test('the rule stands before the routes that name its subsets', () => {
  const { app, shop } = coffeeShop();
  payment(shop);
  const kinds = Manifests.of(app).all.map(({ kind }) => kind);
  expect(kinds.indexOf('DestinationRule')).toBeLessThan(kinds.indexOf('VirtualService'));
});

test.each([[[]], [[MeshPort.tcp(6379)]]])('a service without requests has none', (ports) => {
  const { app, shop } = coffeeShop();
  new MeshService(shop, 'redis', { workload: Workload.image('redis:8'), ports });
  expect(Manifests.of(app).kind('DestinationRule')).toEqual([]);
});
