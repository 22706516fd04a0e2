import { Duration } from 'cdk8s';
import {
  CanaryRelease,
  type CanaryReleaseProps,
  type CanaryRollout,
  FaultInjection,
  GrpcStatus,
  MeshIngress,
  MeshPort,
  MeshService,
  RolloutController,
  RolloutGate,
  RouteTarget,
  TlsCertificate,
  TrafficRoute,
  Workload,
  type ZeroTrustNamespace,
} from '../src';
import { type Manifest, Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { routeOf } from './support/routes';
import { sees } from './support/sees';
import { coffeeShop, order, payment, paymentApi } from './support/shop';

const { ARGO_ROLLOUTS, FLAGGER, STATIC } = RolloutController;
const host = 'api.coffee.example';
const image = 'ghcr.io/acme/payment:1.5.0';
const pause = Duration.minutes(10);
const rollout: CanaryRollout = {
  steps: [
    { weight: 5, pause },
    { weight: 50, pause },
  ],
  gates: [
    RolloutGate.grpcStatus({ atLeast: 99 }),
    RolloutGate.latency({ percentile: 99, atMost: Duration.millis(300) }),
  ],
};
const doors = {
  mesh: { gateway: 'mesh', host: 'payment.coffee-shop.svc.cluster.local', port: 50051 },
  ingress: { gateway: 'coffee-shop/edge', host },
};
const everywhere = (['mesh', 'ingress'] as const).flatMap((door) =>
  paymentApi.methods.map(({ name, path }) => [name, door, path] as const),
);

/** `payment`, called and exposed, released by this controller. */
function released(
  controller: RolloutController,
  { rollout: own, ...props }: Partial<Omit<CanaryReleaseProps, 'rollout'>> & { rollout?: Partial<CanaryRollout> } = {},
  more: (shop: ZeroTrustNamespace, service: ReturnType<typeof payment>) => void = () => undefined,
): Manifests {
  const { app, shop } = coffeeShop();
  const service = payment(shop, { ports: [MeshPort.http(8080)] });
  order(shop).calls(service);
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  new MeshIngress(shop, 'edge', { host, certificate }).expose(service);
  more(shop, service);
  new CanaryRelease(shop, 'payment-next', { service, image, rollout: { ...rollout, controller, ...own }, ...props });
  return Manifests.of(app);
}

const container = (manifests: Manifests, name = 'payment') =>
  manifests.get('Deployment', name).spec.template.spec.containers[0];

describe('by hand', () => {
  test.each([0, 5, 50, 100])('a weight of %i is what it is without steps', (weight) => {
    const plain = (() => {
      const { app, shop } = coffeeShop();
      const service = payment(shop);
      new CanaryRelease(shop, 'payment-next', { service, image, weight });
      return Manifests.of(app).get('VirtualService', 'payment').spec;
    })();
    const { app, shop } = coffeeShop();
    new CanaryRelease(shop, 'payment-next', { service: payment(shop), image, weight, rollout });
    expect(Manifests.of(app).get('VirtualService', 'payment').spec).toEqual(plain);
  });

  test.each([
    ['a weight that is no step', { weight: 10 }],
    ['no weight', {}],
  ])('%s is refused', (_, props) => {
    expect(refusal(() => released(STATIC, props)).code).toBe('InvalidWeight');
  });
});

describe('by Argo Rollouts', () => {
  const rolloutOf = (manifests: Manifests) => manifests.get('Rollout', 'payment-next').spec;

  test('there is one Deployment, whose pods the Rollout makes', () => {
    const manifests = released(ARGO_ROLLOUTS);
    expect(manifests.kind('Deployment').map(({ metadata }) => metadata.name)).toEqual(['payment', 'order']);
    expect(rolloutOf(manifests).workloadRef).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'payment',
    });
    expect(container(manifests).image).toBe(image);
  });

  test('the Deployment has the new version, and the selector that it always had', () => {
    const { metadata, spec } = released(ARGO_ROLLOUTS).get('Deployment', 'payment');
    expect([metadata.labels?.version, spec.template.metadata.labels.version]).toEqual(['1.5.0', '1.5.0']);
    expect(spec.selector.matchLabels).toEqual({ app: 'payment', 'app.kubernetes.io/instance': 'payment' });
  });

  test('steps and pauses are those of the description', () => {
    const steps = [{ weight: 5, pause }, { weight: 50 }];
    expect(rolloutOf(released(ARGO_ROLLOUTS, { rollout: { steps } })).strategy.canary.steps).toEqual([
      { setWeight: 5 },
      { pause: { duration: '600s' } },
      { setWeight: 50 },
      { pause: {} },
    ]);
  });

  test.each(everywhere)('%s through the %s gets the weight that Argo sets', (_, door, path) => {
    const manifests = asArgo(released(ARGO_ROLLOUTS), 25);
    const { destinations } = routeOf(manifests, { ...doors[door], path }) ?? {};
    expect(destinations?.map(({ subset, weight }) => [subset, weight])).toEqual([
      ['stable', 75],
      ['canary', 25],
    ]);
  });

  test('a call that is hurt gets it too', () => {
    const manifests = released(ARGO_ROLLOUTS, {}, (shop, service) => {
      const abort = { status: GrpcStatus.UNAVAILABLE, percentage: 1 };
      new FaultInjection(shop, 'game-day', { service, abort, expires: '2099-12-31', reason: 'OPS-7' });
    });
    const route = routeOf(asArgo(manifests, 25), { ...doors.mesh, path: '/coffee.v1.Payment/Charge' });
    expect([route?.fault === undefined, route?.destinations.map(({ weight }) => weight)]).toEqual([false, [75, 25]]);
  });

  test('whoever is pinned stays so', () => {
    const manifests = asArgo(released(ARGO_ROLLOUTS, { pinHeader: 'x-canary' }), 25);
    const headers = { 'x-canary': 'always' };
    const route = routeOf(manifests, { ...doors.mesh, path: '/coffee.v1.Payment/Charge', headers });
    expect(route?.destinations.map(({ subset }) => subset)).toEqual(['canary']);
  });

  test('both subsets select the pods of the Deployment, and Argo adds what tells them apart', () => {
    const { subsets } = released(ARGO_ROLLOUTS).get('DestinationRule', 'payment').spec;
    const labels = { 'app.kubernetes.io/instance': 'payment' };
    expect(subsets).toEqual([
      { name: 'stable', labels },
      { name: 'canary', labels },
    ]);
  });

  test('gates are asked of the new version alone, and without calls nobody goes on', () => {
    const [status, latency] = released(ARGO_ROLLOUTS).get('AnalysisTemplate', 'payment-next').spec.metrics;
    const selector =
      'reporter="source",destination_service="payment.coffee-shop.svc.cluster.local",destination_version="1.5.0"';
    expect(status.provider.prometheus).toEqual({
      address: 'http://prometheus.istio-system:9090',
      query:
        `100 * (1 - (sum(rate(istio_requests_total{${selector},request_protocol="grpc",` +
        'grpc_response_status=~"|2|4|8|12|13|14|15"}[2m])) or vector(0)) / ' +
        `sum(rate(istio_requests_total{${selector},request_protocol="grpc"}[2m])))`,
    });
    expect(latency.provider.prometheus.query).toBe(
      `histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${selector}}[2m])))`,
    );
    expect([status.successCondition, status.failureCondition]).toEqual([
      'len(result) > 0 && !isNaN(result[0]) && result[0] >= 99',
      'len(result) > 0 && !isNaN(result[0]) && !(result[0] >= 99)',
    ]);
    expect(latency.successCondition).toContain('result[0] <= 300');
  });

  test('without gates nobody is asked', () => {
    const manifests = released(ARGO_ROLLOUTS, { rollout: { gates: [] } });
    expect(manifests.kind('AnalysisTemplate')).toEqual([]);
    expect(rolloutOf(manifests).strategy.canary).not.toHaveProperty('analysis');
  });

  test.each([
    ['as many as the service has', {}, undefined, 2],
    ['as many as the service says', {}, 7, 7],
    ['as many as the release says', { replicas: 3 }, 7, 3],
  ])('there are %s pods', (_, props, replicas, want) => {
    const { app, shop } = coffeeShop();
    const service = payment(shop, { workload: Workload.image('ghcr.io/acme/payment:1.4.0', { replicas }) });
    const own = { ...rollout, controller: ARGO_ROLLOUTS };
    new CanaryRelease(shop, 'payment-next', { service, image, rollout: own, ...props });
    expect(rolloutOf(Manifests.of(app)).replicas).toBe(want);
  });

  test('the image that runs already is a release that is over', () => {
    expect(() => released(ARGO_ROLLOUTS, { image: 'ghcr.io/acme/payment:1.4.0' })).not.toThrow();
  });
});

describe('by Flagger', () => {
  const canaryOf = (manifests: Manifests) => manifests.get('Canary', 'payment-next').spec;

  test('it copies the Deployment of the service, which has the new image', () => {
    const manifests = released(FLAGGER);
    expect(canaryOf(manifests).targetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'payment' });
    expect(container(manifests).image).toBe(image);
  });

  test('it has a VirtualService of its own, to which every route delegates, with its own deadline and retries', () => {
    const manifests = released(FLAGGER);
    const plain = Manifests.of(
      (() => {
        const { app, shop } = coffeeShop();
        payment(shop, { ports: [MeshPort.http(8080)] });
        return app;
      })(),
    );
    expect(canaryOf(manifests).service).toMatchObject({ name: 'payment-next', delegation: true, appProtocol: 'grpc' });
    const parts = (from: Manifests) =>
      from
        .get('VirtualService', 'payment')
        .spec.http.map(({ name, match, timeout, retries }: Record<string, unknown>) => ({
          name,
          match,
          timeout,
          retries,
        }));
    expect(parts(manifests)).toEqual(parts(plain));
    const { http } = manifests.get('VirtualService', 'payment').spec;
    const delegates = http.filter(({ delegate }: { delegate?: object }) => delegate);
    expect(delegates).toHaveLength(http.length - 1);
    expect(delegates[0].delegate).toEqual({ name: 'payment-next', namespace: 'coffee-shop' });
    expect(delegates[0]).not.toHaveProperty('route');
    expect(manifests.get('VirtualService', `edge-${host}`).spec.http[0].delegate).toEqual(delegates[0].delegate);
  });

  test('until it has come, that one leads to all pods', () => {
    const { metadata, spec } = released(FLAGGER).get('VirtualService', 'payment-next');
    const destination = { host: 'payment.coffee-shop.svc.cluster.local', port: { number: 50051 } };
    expect(spec).toEqual({ http: [{ route: [{ destination }] }] });
    expect(metadata.annotations?.['kustomize.toolkit.fluxcd.io/ssa']).toBe('IfNotPresent');
  });

  test('callers see its Services', () => {
    const client = { namespace: 'coffee-shop', labels: { app: 'order' } };
    const its = (kind: string) => ({
      namespace: 'coffee-shop',
      host: `payment-next-${kind}.coffee-shop.svc.cluster.local`,
    });
    expect(['primary', 'canary'].map((kind) => sees(released(FLAGGER), client, its(kind)))).toEqual([true, true]);
    expect(sees(released(ARGO_ROLLOUTS), client, its('primary'))).toBe(false);
  });

  test('grpc-mesh check is told why these are not there yet', () => {
    const annotation = 'suppress.cdk8s-grpc-mesh/UnknownSidecarHost';
    const on = (manifests: Manifests) => manifests.get('Sidecar', 'order').metadata.annotations?.[annotation];
    expect(on(released(FLAGGER))).toBe("the Canary 'payment-next' makes them, once it is there");
    expect(on(released(ARGO_ROLLOUTS))).toBeUndefined();
  });

  test('steps and gates are those of the description', () => {
    const { analysis } = canaryOf(released(FLAGGER));
    expect(analysis).toMatchObject({ interval: '600s', threshold: 1, stepWeights: [5, 50] });
    expect(
      analysis.metrics.map((metric: Manifest['spec']) => [metric.templateRef.name, metric.thresholdRange]),
    ).toEqual([
      ['payment-next-grpc-status', { min: 99 }],
      ['payment-next-latency-p99', { max: 300 }],
    ]);
  });

  test('gates are asked of the workload that it tries', () => {
    const { query } = released(FLAGGER).get('MetricTemplate', 'payment-next-grpc-status').spec;
    expect(query).toContain('destination_workload="{{ target }}",destination_workload_namespace="{{ namespace }}"');
    expect(query).toContain('grpc_response_status=~"|2|4|8|12|13|14|15"}[{{ interval }}]');
  });

  test('it knows some fields of a traffic policy only, and loses a false', () => {
    const { connectionPool, loadBalancer } = canaryOf(released(FLAGGER)).service.trafficPolicy;
    expect(connectionPool).toEqual({ http: { http2MaxRequests: 1000 } });
    const everywhereAlike = { enabled: true, distribute: [{ from: '*', to: { '*': 100 } }] };
    expect(loadBalancer).toEqual({ simple: 'LEAST_REQUEST', localityLbSetting: everywhereAlike });
  });

  test('calls whose metadata is changed on their way are split by its weights as well', () => {
    const manifests = released(FLAGGER, {}, (shop, service) => {
      const requestHeaders = { set: { 'x-tier': 'gold' } };
      new TrafficRoute(shop, 'gold', { service, operations: ['Charge'], requestHeaders });
    });
    const { http } = manifests.get('VirtualService', 'payment').spec;
    const gold = http.find(({ name }: { name: string }) => name.endsWith('-gold'));
    expect(gold).toMatchObject({
      delegate: { name: 'payment-next', namespace: 'coffee-shop' },
      headers: { request: { set: { 'x-tier': 'gold' } } },
      timeout: '30s',
    });
    expect(gold).not.toHaveProperty('route');
  });

  test('calls that go another way still do', () => {
    const manifests = released(FLAGGER, {}, (shop, service) => {
      const beta = new MeshService(shop, 'beta', { workload: Workload.image('beta:1'), ports: [MeshPort.http(9090)] });
      const to = RouteTarget.service(beta);
      new TrafficRoute(shop, 'way', { service, port: 'http', operations: ['/a'], to });
    });
    const route = routeOf(manifests, { ...doors.mesh, port: 8080, path: '/a', method: 'GET' });
    expect(route?.destinations.map((to) => to.host)).toEqual(['beta.coffee-shop.svc.cluster.local']);
  });
});

describe('input that is wrong', () => {
  test.each<[string, string, () => unknown]>([
    ['a weight of two owners', 'WeightOfController', () => released(ARGO_ROLLOUTS, { weight: 5 })],
    ['a weight of two owners, even 0', 'WeightOfController', () => released(FLAGGER, { weight: 0 })],
    ['a pin with Flagger', 'PinWithFlagger', () => released(FLAGGER, { pinHeader: 'x-canary' })],
    ['no steps', 'NoSteps', () => released(ARGO_ROLLOUTS, { rollout: { steps: [] } })],
    ['an odd number of pods', 'InvalidReplicas', () => released(ARGO_ROLLOUTS, { replicas: 0.5 })],
    [
      'a second canary of a service that Flagger has',
      'CanaryOfCanary',
      () =>
        released(FLAGGER, {}, (shop, service) => {
          new CanaryRelease(shop, 'first', { service, image, rollout: { ...rollout, controller: FLAGGER } });
        }),
    ],
    [
      'pods that somebody else deploys',
      'NotDeployedHere',
      () => {
        const { shop } = coffeeShop();
        const service = payment(shop, { workload: Workload.labels({ app: 'payment' }, 'payment') });
        new CanaryRelease(shop, 'next', { service, image, rollout: { ...rollout, controller: ARGO_ROLLOUTS } });
      },
    ],
  ])('%s is refused', (_, code, attempt) => {
    expect(refusal(attempt).code).toBe(code);
  });
});

/** What Argo does to the VirtualServices that a Rollout names: a route without both subsets is an error there. */
function asArgo(manifests: Manifests, weight: number): Manifests {
  const { istio } = manifests.get('Rollout', 'payment-next').spec.strategy.canary.trafficRouting;
  for (const { name, routes } of istio.virtualServices as { name: string; routes: string[] }[]) {
    const dot = name.lastIndexOf('.');
    const { spec } = manifests.get('VirtualService', name.slice(0, dot), name.slice(dot + 1));
    for (const wanted of routes) {
      const [route, ...twins] = spec.http.filter((one: { name: string }) => one.name === wanted);
      if (route === undefined || twins.length > 0) throw new Error(`${name} has not one route ${wanted}`);
      for (const destination of route.route) {
        destination.weight = destination.destination.subset === 'canary' ? weight : 100 - weight;
      }
    }
  }
  return manifests;
}
