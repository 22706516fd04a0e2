import { Duration } from 'cdk8s';
import {
  CircuitBreaker,
  LoadBalancing,
  Locality,
  MeshPort,
  MeshService,
  OutlierDetection,
  type TrafficPolicy,
  Workload,
} from '../../../src';
import { Manifests } from '../../support/manifests';
import { refusal } from '../../support/refusal';
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

describe('what the user says of the pods', () => {
  const policyOf = (trafficPolicy: TrafficPolicy) => {
    const { app, shop } = coffeeShop();
    payment(shop, { trafficPolicy });
    return Manifests.of(app).get('DestinationRule', 'payment').spec.trafficPolicy;
  };
  const distribute = { 'eu/a/*': { 'eu/a/*': 80, 'eu/b/*': 20 } };

  test.each<[string, TrafficPolicy, object]>([
    [
      'limits',
      {
        circuitBreaker: CircuitBreaker.of({ maxRequests: 7, maxPendingRequests: 5, maxConnections: 3, maxRetries: 2 }),
      },
      {
        connectionPool: {
          tcp: { maxConnections: 3 },
          http: { http2MaxRequests: 7, http1MaxPendingRequests: 5, maxRetries: 2 },
        },
      },
    ],
    [
      'failing pods',
      {
        outlierDetection: OutlierDetection.of({
          consecutiveGatewayErrors: 2,
          consecutive5xxErrors: 9,
          interval: Duration.millis(1500),
          baseEjectionTime: Duration.minutes(1),
          maxEjectionPercent: 100,
        }),
      },
      {
        outlierDetection: {
          consecutiveGatewayErrors: 2,
          consecutive5xxErrors: 9,
          interval: '1500ms',
          baseEjectionTime: '60s',
          maxEjectionPercent: 100,
        },
      },
    ],
    ['turns', { loadBalancing: LoadBalancing.roundRobin() }, { loadBalancer: { simple: 'ROUND_ROBIN' } }],
    [
      'new pods',
      { loadBalancing: LoadBalancing.leastRequest({ warmUp: Duration.minutes(2) }) },
      { loadBalancer: { simple: 'LEAST_REQUEST', warmup: { duration: '120s' } } },
    ],
    [
      'a hash',
      { loadBalancing: LoadBalancing.consistentHash('x-user-id') },
      { loadBalancer: { consistentHash: { httpHeaderName: 'x-user-id' }, localityLbSetting: { enabled: false } } },
    ],
    ['near pods', { locality: Locality.nearest() }, { loadBalancer: { localityLbSetting: { enabled: true } } }],
    [
      'regions that take over',
      { locality: Locality.failover({ eu: 'us' }) },
      { loadBalancer: { localityLbSetting: { enabled: true, failover: [{ from: 'eu', to: 'us' }] } } },
    ],
    [
      'shares of places',
      { locality: Locality.distribute(distribute) },
      {
        loadBalancer: {
          localityLbSetting: { enabled: true, distribute: [{ from: 'eu/a/*', to: { 'eu/a/*': 80, 'eu/b/*': 20 } }] },
        },
      },
    ],
    [
      'connections',
      {
        connectTimeout: Duration.millis(500),
        keepAlive: Duration.seconds(10),
        maxConnectionAge: Duration.hours(1),
      },
      {
        connectionPool: {
          tcp: {
            connectTimeout: '500ms',
            tcpKeepalive: { time: '10s', interval: '4s' },
            maxConnectionDuration: '3600s',
          },
        },
      },
    ],
  ])('%s', (_, policy, want) => {
    expect(policyOf(policy)).toMatchObject(want);
  });

  test('a hash takes the place of the simple choice, of which Istio takes one only', () => {
    expect(policyOf({ loadBalancing: LoadBalancing.consistentHash('x') }).loadBalancer).not.toHaveProperty('simple');
  });

  test('no outlier detection is no block: an empty one would switch on that of Istio', () => {
    expect(policyOf({ outlierDetection: OutlierDetection.off() })).not.toHaveProperty('outlierDetection');
  });

  test('nothing closes connections after a number of calls', () => {
    const all = { circuitBreaker: CircuitBreaker.of({ maxConnections: 1 }), maxConnectionAge: Duration.hours(1) };
    expect(JSON.stringify(policyOf(all))).not.toContain('maxRequestsPerConnection');
  });

  test.each([[[]], [[MeshPort.tcp(6379)]]])('where nobody would read it, it is refused', (ports) => {
    const { shop } = coffeeShop();
    const props = { workload: Workload.image('redis:8'), ports, trafficPolicy: {} };
    expect(refusal(() => new MeshService(shop, 'redis', props)).code).toBe('NothingToTune');
  });

  test('a service of plain HTTP has it as well', () => {
    const { app, shop } = coffeeShop();
    const trafficPolicy = { circuitBreaker: CircuitBreaker.of({ maxRequests: 7 }) };
    const props = { workload: Workload.image('web:1'), ports: [MeshPort.http(8080)], trafficPolicy };
    new MeshService(shop, 'web', props);
    const { spec } = Manifests.of(app).get('DestinationRule', 'web');
    expect(spec.trafficPolicy.connectionPool.http.http2MaxRequests).toBe(7);
  });
});
