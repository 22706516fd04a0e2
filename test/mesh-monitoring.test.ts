import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration } from 'cdk8s';
import {
  CanaryRelease,
  GrpcApi,
  GrpcService,
  MeshMonitoring,
  type MeshMonitoringProps,
  MeshPort,
  MeshService,
  MetricsScraper,
  PlaintextPort,
  Workload,
  ZeroTrustNamespace,
} from '../src';
import { connects, type Pod } from './support/connects';
import { Manifests } from './support/manifests';
import { refusal } from './support/refusal';
import { coffeeShop, order, payment } from './support/shop';

const scraper = MetricsScraper.prometheus('monitoring');
const unary = GrpcApi.of('coffee.v1.Menu', [{ name: 'ListDrinks' }, { name: 'GetDrink' }]);

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Record<string, string>;
}

/** `order`, which serves a stream, `menu`, which serves none, and a client, watched with these props. */
function monitored(props: Partial<MeshMonitoringProps> = {}): Manifests {
  const { app, shop } = coffeeShop();
  const service = order(shop);
  const menu = new GrpcService(shop, 'menu', { workload: Workload.image('ghcr.io/acme/menu:1'), apis: [unary] });
  const web = new MeshService(shop, 'web', {
    workload: Workload.image('ghcr.io/acme/web:1'),
    ports: [MeshPort.http(8080)],
  });
  web.calls(menu);
  payment(shop);
  new CanaryRelease(shop, 'order-next', { service, image: 'ghcr.io/acme/order:2', weight: 0 });
  new MeshMonitoring(shop, 'monitoring', { services: [service, menu, web], scraper, ...props });
  return Manifests.of(app);
}

function rules(manifests: Manifests, name: string, service?: string): Rule[] {
  const groups: { rules: Rule[] }[] = manifests.get('PrometheusRule', 'monitoring').spec.groups;
  const all = groups.flatMap((group) => group.rules);
  return all.filter(({ alert, labels }) => alert === name && (service === undefined || labels.service === service));
}

function expression(name: string, service?: string, props?: Partial<MeshMonitoringProps>): string {
  const [found, ...more] = rules(monitored(props), name, service);
  expect(more).toEqual([]);
  return found.expr;
}

describe('the alerts', () => {
  test.each(['GrpcErrors', 'GrpcRefused', 'GrpcWithoutMutualTls', 'GrpcPodsEjected', 'GrpcOverflow'])(
    '%s: one for each server, none for a client without RPCs',
    (name) => {
      expect(rules(monitored(), name).map(({ labels }) => labels.service)).toEqual(['order', 'menu']);
    },
  );

  test('callers who may come in plaintext, and have no name then, do not ring for ever', () => {
    const rung = (opened: boolean) => {
      const { app, shop } = coffeeShop();
      const service = order(shop);
      const reason = 'moves in next year';
      if (opened) new PlaintextPort(shop, 'depot', { service, callerNamespace: 'depot', reason });
      new MeshMonitoring(shop, 'monitoring', { services: [service], scraper });
      return rules(Manifests.of(app), 'GrpcWithoutMutualTls')[0].expr;
    };
    expect(rung(false)).not.toContain('source_workload!');
    expect(rung(true)).toContain('connection_security_policy!="mutual_tls",source_workload!="unknown"');
  });

  test.each([
    'MeshCallerNotTrusted',
    'MeshPlaintextRefused',
    'MeshServerNotTrusted',
    'MeshCertificateExpiring',
    'MeshRootCertificateExpiring',
  ])('%s: one for the namespace', (name) => {
    expect(rules(monitored(), name).map(({ labels }) => labels.namespace)).toEqual(['coffee-shop']);
  });

  test('take the status of gRPC, not that of HTTP, and of all codes those by which a server is at fault', () => {
    expect(expression('GrpcErrors', 'order')).toContain('grpc_response_status=~"2|4|12|13|14|15"');
    expect(JSON.stringify(monitored().get('PrometheusRule', 'monitoring').spec)).not.toContain('response_code');
  });

  test('see errors as callers do, failures on the way included, and refusals as the server does', () => {
    expect(expression('GrpcErrors', 'order')).not.toContain('reporter="destination"');
    expect(expression('GrpcRefused', 'order')).not.toContain('reporter="source"');
  });

  test('are about one service each, in its namespace', () => {
    const of = 'destination_service_namespace="coffee-shop",destination_service_name="menu"';
    expect(expression('GrpcErrors', 'menu').split(of)).toHaveLength(3);
    expect(expression('GrpcOverflow', 'menu')).toContain('menu[.]coffee-shop[.]svc[.]cluster[.]local');
  });

  test('measure no latency where streams are served: their time is their life', () => {
    expect(rules(monitored(), 'GrpcSlow').map(({ labels }) => labels.service)).toEqual(['menu']);
  });

  test.each<[string, Partial<MeshMonitoringProps>, string, RegExp]>([
    ['errors', {}, 'GrpcErrors', / > 5$/],
    ['errors of my own', { errorPercentage: 0.5 }, 'GrpcErrors', / > 0\.5$/],
    ['no error at all', { errorPercentage: 0 }, 'GrpcErrors', / > 0$/],
    ['latency', {}, 'GrpcSlow', / > 1000$/],
    ['latency of my own', { latency: Duration.millis(250) }, 'GrpcSlow', / > 250$/],
    ['certificates', {}, 'MeshCertificateExpiring', / - time\(\) < 21600$/],
    ['certificates of my own', { certificateValidity: Duration.hours(1) }, 'MeshCertificateExpiring', / < 3600$/],
    ['the authority', {}, 'MeshRootCertificateExpiring', / < 2592000$/],
    [
      'an authority of my own',
      { rootCertificateValidity: Duration.days(7) },
      'MeshRootCertificateExpiring',
      / < 604800$/,
    ],
  ])('have limits: %s', (_, props, name, end) => {
    expect(expression(name, name.startsWith('Grpc') ? 'menu' : undefined, props)).toMatch(end);
  });

  test.each([
    [undefined, '300s'],
    [Duration.seconds(30), '30s'],
  ])('fire when it lasts: %p', (pending, held) => {
    const manifests = monitored({ pending });
    expect(new Set(rules(manifests, 'GrpcErrors').map((rule) => rule.for))).toEqual(new Set([held]));
  });

  test('are found by the labels that a Prometheus looks for', () => {
    const { metadata } = monitored({ ruleLabels: { release: 'kps' } }).get('PrometheusRule', 'monitoring');
    expect(metadata.labels).toEqual({ release: 'kps' });
  });
});

describe('the dashboard', () => {
  const { metadata, data } = monitored().get('ConfigMap', 'monitoring-dashboard');
  const [[file, text]] = Object.entries(data as Record<string, string>);
  const board = JSON.parse(text);

  test("is found by Grafana's sidecar, in a file that no other namespace has", () => {
    expect(metadata.labels).toEqual({ grafana_dashboard: '1' });
    expect(file).toBe('coffee-shop-monitoring.json');
  });

  test('shows every server, to choose from', () => {
    const [, services] = board.templating.list;
    expect(services.query).toBe('order,menu');
  });

  test('has panels of one size that do not overlap, each with an expression', () => {
    const places = board.panels.map(({ gridPos }: { gridPos: object }) => JSON.stringify(gridPos));
    expect(new Set(places).size).toBe(board.panels.length);
    for (const { targets } of board.panels) expect(targets.length).toBeGreaterThan(0);
  });

  test('reads gRPC messages as well', () => {
    expect(text).toContain('istio_request_messages_total');
    expect(text).toContain('istio_response_messages_total');
  });

  test('asks for no label that nobody writes', () => {
    expect(text).not.toContain('by (rpc');
  });
});

describe('the proxies', () => {
  const matcher = (manifests: Manifests, name: string) => {
    const { annotations } = manifests.get('Deployment', name).spec.template.metadata;
    return JSON.parse(annotations['proxy.istio.io/config']).proxyStatsMatcher;
  };

  test.each(['order', 'order-next', 'menu', 'web'])('of %s keep what the alerts read', (name) => {
    expect(matcher(monitored(), name).inclusionSuffixes).toContain('ssl.fail_verify_error');
  });

  test('of a service that nobody watches keep what they always kept', () => {
    expect(matcher(monitored(), 'payment')).toBeUndefined();
  });

  test('keep every series of Envoy that an alert or a panel reads', () => {
    const manifests = monitored();
    const read = JSON.stringify([manifests.kind('PrometheusRule'), manifests.kind('ConfigMap')]);
    const series = [...new Set(read.match(/envoy_(cluster|listener)_\w+/g))];
    const kept: string[] = matcher(manifests, 'order').inclusionSuffixes;
    const ends = kept.map((suffix) => `_${suffix.replaceAll('.', '_')}`);
    expect(series.length).toBeGreaterThan(7);
    expect(series.filter((name) => !ends.some((end) => name.endsWith(end)))).toEqual([]);
    expect(ends.filter((end) => !series.some((name) => name.endsWith(end)))).toEqual([]);
  });
});

test('every series of Envoy that an alert reads is one that the lab has seen, with these labels', () => {
  const app = new App();
  const seeing = new ZeroTrustNamespace(app, 'seeing');
  const server = new GrpcService(seeing, 'server', { workload: Workload.image('example.com/server:1'), apis: [unary] });
  new MeshMonitoring(seeing, 'monitoring', { services: [server], scraper });
  const { groups } = Manifests.of(app).get('PrometheusRule', 'monitoring').spec;
  const read: string[] =
    JSON.stringify(groups)
      .replaceAll('\\"', '"')
      .match(/envoy_\w+\{[^}]*\}/g) ?? [];
  // Prometheus adds this one when it reads them.
  const series = [...new Set(read.map((selector) => selector.replace('namespace="seeing",', '')))];
  const seen = readFileSync(join(__dirname, 'lab', 'fixtures', 'seeing', 'scenario.yaml'), 'utf8');
  expect(series).toHaveLength(10);
  expect(series.filter((selector) => !seen.includes(`'${selector}'`))).toEqual([]);
});

describe('the scraper', () => {
  const prometheus: Pod = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
  const pod = { namespace: 'coffee-shop', labels: { app: 'order' } };
  // Whoever scrapes has walls of its own; here it may leave.
  const reaches = (from: Pod, port: number, props?: Partial<MeshMonitoringProps>) =>
    connects(monitored(props), { from, to: pod, port });

  test.each([15020, 15090])('reaches the metrics of the proxies: %i', (port) => {
    expect(reaches(prometheus, port)).toBe(true);
  });

  test.each([
    ['other ports', prometheus, 50051],
    ['other pods of its namespace', { ...prometheus, labels: { app: 'grafana' } }, 15090],
    ['its namesake in another namespace', { ...prometheus, namespace: 'legacy' }, 15090],
  ])('and nothing else: %s', (_, from, port) => {
    expect(reaches(from, port)).toBe(false);
  });

  test('reaches no pod that is not watched', () => {
    const from = (app: string) =>
      connects(monitored(), { from: prometheus, to: { ...pod, labels: { app } }, port: 15020 });
    expect([from('order'), from('menu'), from('other')]).toEqual([true, true, false]);
  });

  test('may have other labels', () => {
    const labels = { app: 'vmagent' };
    const other = MetricsScraper.of({ namespace: 'monitoring', podLabels: labels });
    expect(reaches({ ...prometheus, labels }, 15090, { scraper: other })).toBe(true);
  });
});

describe('what cannot be watched is refused', () => {
  test.each<[string, string, Partial<MeshMonitoringProps>]>([
    ['nobody', 'NothingWatched', { services: [] }],
    ['more errors than calls', 'InvalidPercentage', { errorPercentage: 100 }],
    ['fewer errors than none', 'InvalidPercentage', { errorPercentage: -1 }],
    ['a latency of nothing', 'InvalidDuration', { latency: Duration.millis(0) }],
    ['half a second of patience', 'InvalidDuration', { pending: Duration.millis(500) }],
    ['a label that nobody can have', 'InvalidLabel', { ruleLabels: { release: 'a b' } }],
  ])('%s', (_, code, props) => {
    expect(refusal(() => monitored(props)).code).toBe(code);
  });

  test("somebody else's service", () => {
    const { shop } = coffeeShop();
    const peer = GrpcService.fromGrpcServiceAttributes(shop, 'billing', {
      name: 'billing',
      namespaceName: 'billing',
      podLabels: { app: 'billing' },
      serviceAccountName: 'billing',
      apis: [unary],
    });
    expect(refusal(() => new MeshMonitoring(shop, 'monitoring', { services: [peer], scraper })).code).toBe('NotOurs');
  });

  test('a service of another namespace', () => {
    const { app, shop } = coffeeShop();
    const other = new ZeroTrustNamespace(app, 'coffee-payments');
    const attempt = () => new MeshMonitoring(other, 'monitoring', { services: [order(shop)], scraper });
    expect(refusal(attempt)).toMatchObject({
      code: 'WatchedElsewhere',
      message: expect.stringContaining("new MeshMonitoring(coffeeShop, 'monitoring', { services: [order], ... })"),
    });
  });

  test('a service that is watched already: the first is named', () => {
    const { shop } = coffeeShop();
    const services = [order(shop)];
    new MeshMonitoring(shop, 'monitoring', { services, scraper });
    const attempt = () => new MeshMonitoring(shop, 'more', { services, scraper });
    expect(refusal(attempt)).toMatchObject({
      code: 'WatchedTwice',
      message: expect.stringContaining('coffee-shop/monitoring (MeshMonitoring)'),
    });
  });
});
