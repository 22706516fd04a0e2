import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration } from 'cdk8s';
import {
  AccessLogFilter,
  CanaryRelease,
  GrpcApi,
  GrpcService,
  GrpcStatus,
  Mesh,
  MeshMonitoring,
  MeshService,
  MeshSettings,
  MeshTelemetry,
  type MeshTelemetryProps,
  MetricsScraper,
  SpanTag,
  Streaming,
  Workload,
  ZeroTrustNamespace,
} from '../src';
import { connects } from './support/connects';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, order, payment } from './support/shop';

const known = Mesh.istio({ extensionProviders: ['otel-observability-traces', 'otel-observability-logs'] });
const apis = [GrpcApi.openTelemetryTraces(), GrpcApi.openTelemetryLogs()];

function collectorIn(shop: ZeroTrustNamespace): GrpcService {
  return GrpcService.fromGrpcServiceAttributes(shop, 'collector', {
    name: 'otel',
    namespaceName: 'observability',
    podLabels: { app: 'otel' },
    port: 4317,
    apis,
  });
}

type Asked = (collector: GrpcService) => Partial<MeshTelemetryProps>;

/** `order` and `payment`; of `order` proxies tell what is asked. */
function told(asked: Asked, mesh = known): Manifests {
  const { app, shop } = coffeeShop({ mesh });
  const service = order(shop);
  payment(shop);
  new MeshTelemetry(shop, 'telemetry', { services: [service], ...asked(collectorIn(shop)) });
  return Manifests.of(app);
}

const spec = (asked: Asked) => told(asked).get('Telemetry', 'order').spec;
const logged = (...only: AccessLogFilter[]) => spec(() => ({ accessLog: { only } })).accessLogging[0];

describe('traces', () => {
  test('go to the collector, one in a hundred', () => {
    expect(spec((collector) => ({ tracing: { collector } })).tracing).toEqual([
      { providers: [{ name: 'otel-observability-traces' }], randomSamplingPercentage: 1 },
    ]);
  });

  test.each([0, 0.5, 100])('are as many as I say: %d', (percentage) => {
    const [{ randomSamplingPercentage }] = spec((collector) => ({ tracing: { collector, percentage } })).tracing;
    expect(randomSamplingPercentage).toBe(percentage);
  });

  test('say what I tell them to', () => {
    const tags = {
      tenant: SpanTag.metadata('x-tenant', 'nobody'),
      pod: SpanTag.environment('POD_NAME'),
      team: SpanTag.literal('coffee'),
    };
    const [{ customTags }] = spec((collector) => ({ tracing: { collector, tags } })).tracing;
    expect(Object.entries(customTags)).toEqual([
      ['pod', { environment: { name: 'POD_NAME' } }],
      ['team', { literal: { value: 'coffee' } }],
      ['tenant', { header: { name: 'x-tenant', defaultValue: 'nobody' } }],
    ]);
  });
});

describe('access logs', () => {
  test('are lines of the proxy for every call, unless I say otherwise', () => {
    expect(spec(() => ({ accessLog: {} })).accessLogging).toEqual([{ providers: [{ name: 'envoy' }] }]);
  });

  test('go to the collector that I name', () => {
    expect(spec((collector) => ({ accessLog: { collector } })).accessLogging).toEqual([
      { providers: [{ name: 'otel-observability-logs' }] },
    ]);
  });

  test('have calls of these statuses, by number', () => {
    const { expression } = logged(AccessLogFilter.statuses([GrpcStatus.CANCELLED, GrpcStatus.UNAUTHENTICATED])).filter;
    expect(expression).toContain('response.grpc_status in [1, 16]');
  });

  test('have calls of which one of the conditions is true', () => {
    const { expression } = logged(AccessLogFilter.failures(), AccessLogFilter.slowerThan(Duration.millis(1500))).filter;
    expect(expression).toMatch(/^\(.*\) \|\| request\.duration > duration\('1500ms'\)$/);
  });
});

describe('the label of the RPC', () => {
  const overrides = () => spec(() => ({ rpcLabel: true })).metrics[0].overrides;

  test('is on counts and durations of calls that arrive', () => {
    expect(overrides().map(({ match }: { match: object }) => match)).toEqual([
      { metric: 'REQUEST_COUNT', mode: 'SERVER' },
      { metric: 'REQUEST_DURATION', mode: 'SERVER' },
    ]);
  });

  test('has one value for each declared RPC and one for the rest', () => {
    expect(overrides()[0].tagOverrides.rpc.value).toBe(
      "request.url_path in ['/coffee.v1.Order/PlaceOrder', '/coffee.v1.Order/TrackOrder'] ? request.url_path : 'other'",
    );
  });

  test('lets alerts measure latency where streams are served too, without them', () => {
    const { app, shop } = coffeeShop();
    const service = order(shop);
    new MeshMonitoring(shop, 'monitoring', { services: [service], scraper: MetricsScraper.prometheus('monitoring') });
    new MeshTelemetry(shop, 'telemetry', { services: [service], rpcLabel: true });
    const manifests = Manifests.of(app);
    const rules = manifests.get('PrometheusRule', 'monitoring').spec.groups[0].rules;
    const [slow] = rules.filter(({ alert }: { alert: string }) => alert === 'GrpcSlow');
    expect(slow.expr).toContain('rpc=~"/coffee[.]v1[.]Order/PlaceOrder"');
    expect(JSON.stringify(manifests.get('ConfigMap', 'monitoring-dashboard').data)).toContain(
      'by (rpc, grpc_response_status)',
    );
  });

  test('is one that the lab has seen an Envoy evaluate', () => {
    const app = new App();
    const seeing = new ZeroTrustNamespace(app, 'seeing');
    const api = GrpcApi.of('demo.Server', [
      { name: 'Put' },
      { name: 'Get' },
      { name: 'Watch', streaming: Streaming.SERVER },
    ]);
    const server = new GrpcService(seeing, 'server', { workload: Workload.image('example.com/server:1'), apis: [api] });
    new MeshTelemetry(seeing, 'telemetry', { services: [server], rpcLabel: true });
    const [
      {
        overrides: [first],
      },
    ] = Manifests.of(app).get('Telemetry', 'server').spec.metrics;
    const seen = readFileSync(join(__dirname, 'lab', 'fixtures', 'seeing', 'rpc.yaml'), 'utf8');
    expect(seen).toContain(`(${first.tagOverrides.rpc.value}) ==`);
  });
});

describe('the Telemetry', () => {
  test('is about the pods of its service, those of a canary included', () => {
    const { app, shop } = coffeeShop();
    const service = order(shop);
    new CanaryRelease(shop, 'order-next', { service, image: 'ghcr.io/acme/order:2', weight: 0 });
    new MeshTelemetry(shop, 'telemetry', { services: [service], accessLog: {} });
    const manifests = Manifests.of(app);
    const { matchLabels } = manifests.get('Telemetry', 'order').spec.selector;
    const pods = manifests.kind('Deployment').map(({ spec }) => spec.template.metadata.labels);
    expect(pods).toHaveLength(2);
    for (const labels of pods) expect(labels).toMatchObject(matchLabels);
  });

  test('is one for each service, and none for others', () => {
    expect(
      told(() => ({ accessLog: {} }))
        .kind('Telemetry')
        .map(({ metadata }) => metadata.name),
    ).toEqual(['order']);
  });

  test('says nothing of what I do not', () => {
    expect(Object.keys(spec(() => ({ accessLog: {} })))).toEqual(['accessLogging', 'selector']);
  });

  test('is not there for a client without RPCs that has nothing but labels of RPCs', () => {
    const { app, shop } = coffeeShop();
    const web = new MeshService(shop, 'web', { workload: Workload.image('ghcr.io/acme/web:1') });
    new MeshTelemetry(shop, 'telemetry', { services: [web, order(shop)], rpcLabel: true });
    expect(
      Manifests.of(app)
        .kind('Telemetry')
        .map(({ metadata }) => metadata.name),
    ).toEqual(['order']);
  });
});

describe('the collector', () => {
  const from = { namespace: 'coffee-shop', labels: { app: 'order' } };
  const to = { namespace: 'observability', labels: { app: 'otel' } };
  const tracing: Asked = (collector) => ({ tracing: { collector } });

  test.each<[string, Asked]>([
    ['traces', tracing],
    ['logs', (collector) => ({ accessLog: { collector } })],
  ])('is reached by the pods that have %s for it, which its walls would not let out otherwise', (_, asked) => {
    const beside = { from: { ...from, labels: { app: 'payment' } }, to, port: 4317 };
    expect(connects(told(asked), { from, to, port: 4317 })).toBe(true);
    expect(
      connects(
        told(() => ({ accessLog: {} })),
        { from, to, port: 4317 },
      ),
    ).toBe(false);
    expect(connects(told(asked), beside)).toBe(false);
  });

  test('is seen by their proxies', () => {
    const { egress } = told(tracing).get('Sidecar', 'order').spec;
    expect(JSON.stringify(egress)).toContain('observability/otel.observability.svc.cluster.local');
  });

  test('is what the mesh has to know: the synth says which lines are missing', () => {
    const { app, shop } = coffeeShop();
    const telemetry = new MeshTelemetry(shop, 'telemetry', {
      services: [order(shop)],
      tracing: { collector: collectorIn(shop) },
    });
    expect(telemetry.node.validate()).toEqual([
      expect.stringMatching(/otel-observability-traces[\s\S]*\[MissingProvider\]$/),
    ]);
    new MeshSettings(app, 'mesh');
    expect(telemetry.node.validate()).toEqual([]);
  });

  test('is not needed for lines on the output of proxies', () => {
    const { shop } = coffeeShop();
    const telemetry = new MeshTelemetry(shop, 'telemetry', { services: [order(shop)], accessLog: {} });
    expect(telemetry.node.validate()).toEqual([]);
  });
});

describe('what cannot be told is refused', () => {
  test.each<[string, string, Asked]>([
    ['nobody', 'NothingTold', () => ({ services: [], accessLog: {} })],
    ['nothing', 'NothingTold', () => ({})],
    ['more traces than calls', 'InvalidPercentage', (collector) => ({ tracing: { collector, percentage: 101 } })],
    ['fewer than none', 'InvalidPercentage', (collector) => ({ tracing: { collector, percentage: -1 } })],
    ['no status', 'NoStatuses', () => ({ accessLog: { only: [AccessLogFilter.statuses([])] } })],
    ['no time', 'InvalidDuration', () => ({ accessLog: { only: [AccessLogFilter.slowerThan(Duration.millis(0))] } })],
  ])('%s', (_, code, asked) => {
    expect(refusal(() => told(asked)).code).toBe(code);
  });

  test.each([
    ['an empty word', 'InvalidSpanTag', () => SpanTag.literal(' ')],
    ['a variable without a name', 'InvalidSpanTag', () => SpanTag.environment('')],
    ['a key in capitals', 'InvalidHeader', () => SpanTag.metadata('X-Tenant')],
    ["the caller's token", 'SecretInSpan', () => SpanTag.metadata('authorization')],
    ['its cookies', 'SecretInSpan', () => SpanTag.metadata('cookie')],
  ])('%s in a span', (_, code, make) => {
    expect(refusal(make).code).toBe(code);
  });

  test('a collector that is none', () => {
    const attempt = () => told(() => ({ tracing: { collector: payment(coffeeShop().shop) } }));
    expect(refusal(attempt).code).toBe('NotServedHere');
  });

  test('a collector of its own traces', () => {
    const { shop } = coffeeShop({ mesh: known });
    const collector = new GrpcService(shop, 'otel', { workload: Workload.image('otel:1'), port: 4317, apis });
    const attempt = () => new MeshTelemetry(shop, 'telemetry', { services: [collector], tracing: { collector } });
    expect(refusal(attempt).code).toBe('SelfTelemetry');
  });

  test('a service of another namespace', () => {
    const { app, shop } = coffeeShop();
    const other = new ZeroTrustNamespace(app, 'coffee-payments');
    const attempt = () => new MeshTelemetry(other, 'telemetry', { services: [order(shop)], accessLog: {} });
    expect(refusal(attempt).code).toBe('ToldElsewhere');
  });

  test("somebody else's service", () => {
    const { shop } = coffeeShop();
    const attempt = () => new MeshTelemetry(shop, 'telemetry', { services: [collectorIn(shop)], accessLog: {} });
    expect(refusal(attempt).code).toBe('NotOurs');
  });

  test('a service of which somebody tells already: the first is named', () => {
    const { shop } = coffeeShop();
    const services = [order(shop)];
    new MeshTelemetry(shop, 'telemetry', { services, accessLog: {} });
    expect(refusal(() => new MeshTelemetry(shop, 'more', { services, rpcLabel: true }))).toMatchObject({
      code: 'ToldTwice',
      message: expect.stringContaining('coffee-shop/telemetry (MeshTelemetry)'),
    });
  });
});
