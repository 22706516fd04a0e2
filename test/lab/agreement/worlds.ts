import fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/manifests/json';
import type { Case } from './case';

// Small worlds of one shop with slips of the pen: what is missing, misspelt, hidden, doubled or out of place.

type Some<T> = fc.Arbitrary<T>;

const APPS = ['menu', 'order'];
const NAMESPACE = 'shop';
const FULL = (name: string, namespace = NAMESPACE) => `${name}.${namespace}.svc.cluster.local`;

/** Mostly the first, which is right. */
function mostly<T>(right: T, ...wrong: T[]): Some<T> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(right) }, { weight: 2, arbitrary: fc.constantFrom(...wrong) });
}

function object(apiVersion: string, kind: string, name: string, spec: unknown, namespace = NAMESPACE): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace }, spec: spec as Json };
}

/** Without the fields that are not there, and without a `trafficPolicy` that says nothing, which Istio refuses. */
function fields(of: Record<string, unknown>): JsonObject {
  const isEmpty = (key: string, value: unknown) =>
    key === 'trafficPolicy' && JSON.stringify(value) === '{}' ? undefined : value;
  return JSON.parse(JSON.stringify(of), isEmpty) as JsonObject;
}

function named<T>(many: Some<T[]>, make: (of: T, at: number) => JsonObject): Some<JsonObject[]> {
  return many.map((list) => list.map(make));
}

const few = <T>(one: Some<T>, maxLength = 2) => fc.array(one, { maxLength });

const hosts = mostly(
  FULL('menu'),
  FULL('order'),
  'menu',
  'order',
  'menue',
  FULL('menue'),
  'menu.shop',
  FULL('menu', 'depot'),
  FULL('menu', 'nowhere'),
  'api.partner.example.com',
  'pay.example.org',
  'secret.example.net',
);
const exportTo = mostly<string[] | undefined>(undefined, ['.'], ['*'], ['depot'], ['.', 'depot']);
const labels = mostly<Record<string, string>>(
  { app: 'menu' },
  { app: 'order' },
  { app: 'menus' },
  { app: 'menu', version: 'v1' },
  { version: 'v2' },
  { istio: 'edge' },
);

const namespaces: Some<JsonObject[]> = fc
  .record({
    shop: mostly<Record<string, string>>(
      { 'istio-injection': 'enabled' },
      {},
      { 'istio-injection': 'disabled' },
      { 'istio.io/rev': 'canary' },
      { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' },
      { 'istio.io/dataplane-mode': 'ambient' },
      { 'istio-injection': 'enabled', 'istio.io/dataplane-mode': 'ambient' },
    ),
    annotations: mostly<Record<string, string> | undefined>(
      undefined,
      { 'istio.io/nonsense': 'x' },
      { 'sidecar.istio.io/inject': 'true' },
    ),
  })
  .map(({ shop, annotations }) => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: fields({ name: NAMESPACE, labels: shop, annotations }) },
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'depot', labels: { 'istio-injection': 'enabled' } },
    },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'edge-ns', labels: { 'istio-injection': 'enabled' } } },
  ]);

const podAnnotations = mostly<Record<string, string> | undefined>(
  undefined,
  { 'sidecar.istio.io/inject': 'true' },
  { 'sidecar.istio.io/injected': 'true' },
  { 'traffic.sidecar.istio.io/excludeInboundPorts': '80,http' },
  { 'traffic.sidecar.istio.io/includeInboundPorts': '*' },
  { 'traffic.sidecar.istio.io/includeOutboundIPRanges': '10.0.0.0' },
  { 'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.0/8' },
  { 'readiness.status.sidecar.istio.io/periodSeconds': 'often' },
  { 'sidecar.istio.io/interceptionMode': 'SOMETIMES' },
  { 'status.sidecar.istio.io/port': '15020' },
  { 'prometheus.istio.io/merge-metrics': 'yes' },
  { 'networking.istio.io/exportTo': '.' },
  { 'sidecar.istio.io/proxyCPU': '100m' },
  { 'proxy.istio.io/config': '{holdApplicationUntilProxyStarts: true}' },
);

const workload = fc.record({
  app: fc.constantFrom(...APPS),
  version: fc.constantFrom('v1', 'v2'),
  inject: mostly<string | undefined>(undefined, 'true', 'false'),
  annotations: podAnnotations,
  own: mostly<Record<string, string> | undefined>(
    undefined,
    { 'proxy.istio.io/config': '{}' },
    { 'sidecar.istio.io/nonsense': 'x' },
    { 'sidecar.istio.io/inject': 'true' },
  ),
  user: mostly<number | undefined>(undefined, 1337, 1000),
  ofPod: fc.boolean(),
});

const workloads = named(fc.array(workload, { minLength: 1, maxLength: 3 }), (it, at) => {
  const { app, version, inject, annotations, own, user, ofPod } = it;
  const security = user === undefined ? undefined : { runAsUser: user };
  const template = fields({
    metadata: { labels: { app, version, 'sidecar.istio.io/inject': inject }, annotations },
    spec: {
      securityContext: ofPod ? security : undefined,
      containers: [{ name: 'app', image: 'app', securityContext: ofPod ? undefined : security }],
    },
  });
  const made = object('apps/v1', 'Deployment', `${app}-${at}`, { selector: { matchLabels: { app } }, template });
  return own ? { ...made, metadata: { ...(made.metadata as JsonObject), annotations: own } } : made;
});

const port = fc.record({
  name: mostly('grpc', 'http-web', 'tcp', 'api', 'https', 'grpc_x', 'Grpc', 'udp', 'tls-x', 'mysql', 'grpc-web'),
  appProtocol: mostly<string | undefined>(undefined, 'grpc', 'kubernetes.io/h2c', 'nonsense', 'https'),
  port: fc.constantFrom(50051, 8080, 443),
  targetPort: mostly<number | string | undefined>(undefined, 8080, 'web', 50051),
});
const ports = fc.uniqueArray(port, { minLength: 1, maxLength: 2, selector: (it) => it.port }).map((list) =>
  // Names are unique within a Service.
  list.map((it, at) => (at > 0 && it.name === list[0].name ? { ...it, name: `http-${at}` } : it)),
);

const services = named(
  fc.uniqueArray(
    fc.record({
      name: mostly('menu', 'order', 'menu-too', 'partner'),
      app: fc.constantFrom(...APPS),
      ports,
      external: mostly(false, true),
      annotations: mostly<Record<string, string> | undefined>(
        undefined,
        { 'networking.istio.io/exportTo': '.' },
        { 'networking.istio.io/exportTo': 'depot' },
        { 'networking.istio.io/export-to': '.' },
        { 'proxy.istio.io/config': '{}' },
      ),
    }),
    { minLength: 1, maxLength: 3, selector: (it) => it.name },
  ),
  ({ name, app, ports: of, external, annotations }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: fields({ name, namespace: NAMESPACE, annotations }),
    spec: fields(
      external
        ? {
            type: 'ExternalName',
            externalName: 'api.example.com',
            ports: of.map((it) => ({ ...it, targetPort: undefined })),
          }
        : { selector: { app }, ports: of },
    ),
  }),
);

const destination = fc
  .record({
    host: hosts,
    subset: mostly<string | undefined>(undefined, 'stable', 'canary', 'v9'),
    port: mostly<number | undefined>(undefined, 50051, 8080, 9999),
  })
  .map(({ host, subset, port: number }) => fields({ host, subset, port: number ? { number } : undefined }));

const match = mostly<Json>(
  { uri: { prefix: '/shop.v1.Menu/' } },
  { uri: { exact: '/shop.v1.Menu/Get' } },
  { uri: { prefix: '/shop.v1.Menu/Get' } },
  { uri: { prefix: '/' } },
  { uri: { prefix: '/shop.v1.Menu/' }, headers: { x: { exact: 'y' } } },
  { headers: { x: { exact: 'y' } } },
  { uri: { regex: '/shop.*' } },
  { uri: { prefix: '/shop.v1.Menu/' }, name: 'named' },
  { uri: { prefix: '/shop.v1.Menu/' }, ignoreUriCase: true },
  { uri: { prefix: '/shop.v1.Menu/' }, gateways: ['mesh'] },
  { uri: { exact: '/shop.v1.Menu/Get' }, headers: { x: { exact: 'y' } } },
  { headers: { '@request.auth.claims.group': { exact: 'beta' } } },
);

const route = fc
  .record({
    match: mostly<Some<Json[]>>(fc.array(match, { minLength: 1, maxLength: 2 }), fc.constant([])).chain((it) => it),
    to: fc.array(destination, { minLength: 1, maxLength: 2 }),
    mirror: mostly<Some<Json | undefined>>(fc.constant(undefined), destination).chain((it) => it),
    percent: mostly<number | undefined>(undefined, 5, 0),
  })
  .map(({ match: matches, to, mirror, percent }) =>
    fields({
      match: matches.length > 0 ? matches : undefined,
      route: to.map((it, at) => ({ destination: it, weight: to.length > 1 ? [30, 70][at] : undefined })),
      mirror,
      fault: percent === undefined ? undefined : { delay: { fixedDelay: '1s', percent } },
    }),
  );

const virtualServices = named(
  few(
    fc.record({
      hosts: fc.uniqueArray(mostly(FULL('menu'), 'menu', FULL('order'), 'api.example.com', '*.example.com'), {
        minLength: 1,
        maxLength: 2,
      }),
      gateways: mostly<string[] | undefined>(
        undefined,
        ['edge'],
        ['edge', 'mesh'],
        ['mesh'],
        ['egde'],
        ['edge-ns/far'],
      ),
      exportTo,
      http: fc.array(route, { minLength: 1, maxLength: 3 }),
      tcp: mostly<Some<Json[] | undefined>>(
        fc.constant(undefined),
        fc
          .array(destination, { minLength: 1, maxLength: 2 })
          .map((list) => list.map((it, at) => ({ match: [{ port: 3306 + at }], route: [{ destination: it }] }))),
      ).chain((it) => it),
    }),
    3,
  ),
  ({ hosts: of, http, ...spec }, at) => {
    // A star, and a match by a claim, are for gateways alone.
    const isMesh = !spec.gateways || spec.gateways.includes('mesh');
    const taken = of.filter((host) => !(isMesh && host.startsWith('*')));
    const given = taken.length > 0 ? taken : [FULL('menu')];
    return object(
      'networking.istio.io/v1',
      'VirtualService',
      `routes-${at}`,
      fields({ hosts: given, http: isMesh ? http.map(withoutClaims) : http, ...spec }),
    );
  },
);

function withoutClaims({ match: matches, ...others }: JsonObject): JsonObject {
  return JSON.stringify(matches ?? []).includes('@request.auth') ? others : fields({ match: matches, ...others });
}

const tls = mostly<Json | undefined>(
  undefined,
  { mode: 'ISTIO_MUTUAL' },
  { mode: 'SIMPLE' },
  { mode: 'SIMPLE', sni: 'api.partner.example.com' },
  { mode: 'SIMPLE', caCertificates: '/etc/ca.pem', sni: 'api.partner.example.com' },
  { mode: 'SIMPLE', caCertificates: '/etc/ca.pem', subjectAltNames: ['api.partner.example.com'] },
  { mode: 'SIMPLE', insecureSkipVerify: true },
  { mode: 'SIMPLE', credentialName: 'partner' },
  { mode: 'MUTUAL', clientCertificate: '/etc/c.pem', privateKey: '/etc/k.pem' },
);
const balancing = mostly<Json | undefined>(
  undefined,
  { simple: 'ROUND_ROBIN' },
  { localityLbSetting: { failover: [{ from: 'a', to: 'b' }] } },
  { simple: 'LEAST_CONN' },
  { consistentHash: { httpHeaderName: 'x', minimumRingSize: 5 } },
  { localityLbSetting: { failoverPriority: ['topology.kubernetes.io/zone'] } },
);
const outliers = mostly<Json | undefined>(undefined, { consecutive5xxErrors: 5 }, { consecutiveErrors: 5 });
const policy = fc.record({ tls, loadBalancer: balancing, outlierDetection: outliers });
const ofPort = fc.record({
  port: fc.constant({ number: 50051 }),
  connectionPool: fc.constant({ tcp: { maxConnections: 5 } }),
  tls,
  loadBalancer: balancing,
  outlierDetection: outliers,
});

const destinationRules = named(
  few(
    fc.record({
      host: hosts,
      exportTo,
      subsets: fc.uniqueArray(
        fc.record({
          name: mostly('stable', 'canary'),
          labels: mostly<Record<string, string>>(
            { version: 'v1' },
            { version: 'v2' },
            { version: 'v3' },
            { app: 'order' },
          ),
          trafficPolicy: mostly<Some<unknown>>(fc.constant(undefined), policy).chain((it) => it),
        }),
        { maxLength: 2, selector: ({ name }) => name },
      ),
      trafficPolicy: fc.tuple(policy, fc.array(ofPort, { maxLength: 1 })).map(([of, portLevelSettings]) => ({
        ...of,
        portLevelSettings: portLevelSettings.length > 0 ? portLevelSettings : undefined,
      })),
      workloadSelector: mostly<Json | undefined>(undefined, undefined, { matchLabels: { app: 'menu' } }),
    }),
  ),
  ({ exportTo: scopes, ...spec }, at) => {
    const isNarrow = spec.workloadSelector !== undefined;
    return object(
      'networking.istio.io/v1',
      'DestinationRule',
      `rule-${at}`,
      fields({ ...spec, exportTo: isNarrow ? undefined : scopes }),
    );
  },
);

const sidecars = named(
  few(
    fc.record({
      workloadSelector: mostly<Some<Json | undefined>>(
        fc.constant(undefined),
        labels.map((of) => ({ labels: of })),
      ).chain((it) => it),
      outboundTrafficPolicy: mostly<Json>(
        { mode: 'REGISTRY_ONLY' },
        {
          mode: 'ALLOW_ANY',
          egressProxy: { host: FULL('menu'), port: { number: 443 } },
        },
      ),
    }),
  ),
  (spec, at) => object('networking.istio.io/v1', 'Sidecar', `sidecar-${at}`, fields(spec)),
);

const selector = mostly<Some<Json | undefined>>(
  fc.constant(undefined),
  labels.map((matchLabels) => ({ matchLabels })),
).chain((it) => it);

const telemetries = named(few(selector), (of, at) =>
  object('telemetry.istio.io/v1', 'Telemetry', `telemetry-${at}`, fields({ selector: of, tracing: [{}] })),
);

const policies = named(
  few(
    fc.record({
      selector,
      namespaces: mostly<string[]>(['depot'], ['dep*'], ['*'], ['depott'], ['nobody'], ['zz*'], ['DEPOT']),
      negated: mostly(false, true),
    }),
  ),
  ({ selector: of, namespaces: list, negated }, at) =>
    object(
      'security.istio.io/v1',
      'AuthorizationPolicy',
      `policy-${at}`,
      fields({ selector: of, rules: [{ from: [{ source: { [negated ? 'notNamespaces' : 'namespaces']: list } }] }] }),
    ),
);

const authentications = named(few(selector, 1), (of, at) =>
  object(
    'security.istio.io/v1',
    'PeerAuthentication',
    `peers-${at}`,
    fields({ selector: of, mtls: { mode: 'STRICT' } }),
  ),
);

const tokens = named(few(selector, 1), (of, at) =>
  object(
    'security.istio.io/v1',
    'RequestAuthentication',
    `tokens-${at}`,
    fields({ selector: of, jwtRules: [{ issuer: 'https://issuer.example.com' }] }),
    'edge-ns',
  ),
);

const entries = named(
  few(
    fc.record({
      host: mostly('api.partner.example.com', 'pay.example.org', '*.example.org', 'secret.example.net', FULL('menu')),
      protocol: mostly('TLS', 'GRPC', 'grpc', 'HTTPS'),
      port: mostly(443, 8443),
      exportTo,
      resolution: fc.constant('NONE'),
    }),
    3,
  ),
  ({ host, protocol, port: number, ...spec }, at) =>
    object(
      'networking.istio.io/v1',
      'ServiceEntry',
      `entry-${at}`,
      fields({ hosts: [host], ports: [{ number, name: 'p', protocol }], ...spec }),
    ),
);

const server = fc
  .record({
    number: mostly(443, 80, 8443, 9999),
    hosts: fc.uniqueArray(
      mostly('api.example.com', '*.example.com', 'www.example.com', './api.example.com', 'depot/api.example.com', '*'),
      { minLength: 1, maxLength: 2 },
    ),
    credentialName: mostly('api-tls', 'www-tls', 'none-tls', 'shop-tls'),
    isTls: mostly(true, false),
  })
  .map(({ number, hosts: of, credentialName, isTls }, at = 0) => ({
    port: { number, name: `p-${at}`, protocol: isTls ? 'HTTPS' : 'HTTP' },
    hosts: of,
    ...(isTls && { tls: { mode: 'SIMPLE', credentialName } }),
  }));

const gateways = named(
  few(
    fc.record({
      selector: mostly<Record<string, string>>({ istio: 'edge' }, { istio: 'egde' }, { istio: 'edge', app: 'edge' }),
      servers: fc.array(server, { minLength: 1, maxLength: 2 }),
    }),
  ),
  ({ selector: of, servers }, at) =>
    object('networking.istio.io/v1', 'Gateway', ['edge', 'back'][at], {
      selector: of,
      servers: servers.map((it, index) => ({ ...it, port: { ...it.port, name: `p-${index}` } })),
    }),
);

const edge: Some<JsonObject[]> = fc
  .record({
    there: mostly(true, false),
    port: mostly(443, 80),
    targetPort: mostly<number | string>(8443, 443, 'https'),
  })
  .map(({ there, port: number, targetPort }) =>
    there
      ? [
          object(
            'apps/v1',
            'Deployment',
            'edge',
            {
              selector: { matchLabels: { istio: 'edge' } },
              template: {
                metadata: {
                  labels: { istio: 'edge', app: 'edge' },
                  annotations: { 'inject.istio.io/templates': 'gateway' },
                },
                spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] },
              },
            },
            'edge-ns',
          ),
          object(
            'v1',
            'Service',
            'edge',
            { selector: { istio: 'edge' }, ports: [{ name: 'https', port: number, targetPort }] },
            'edge-ns',
          ),
          secret('api-tls', 'edge-ns'),
          secret('www-tls', 'edge-ns'),
          secret('shop-tls', NAMESPACE),
        ]
      : [],
  );

function secret(name: string, namespace: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name, namespace },
    data: { 'tls.crt': '', 'tls.key': '' },
  };
}

const filters = named(
  few(
    fc.record({
      applyTo: mostly('HTTP_FILTER', 'HTTP_ROUTE', 'ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'CLUSTER', 'NETWORK_FILTER'),
      operation: mostly('INSERT_BEFORE', 'ADD', 'REMOVE', 'REPLACE', 'INSERT_FIRST', 'INSERT_AFTER', 'MERGE'),
      priority: mostly<number | undefined>(undefined, 10, -5),
      proxyVersion: mostly<string | undefined>(undefined, '^1\\.31.*'),
      workloadSelector: mostly<Some<Json | undefined>>(
        labels.map((of) => ({ labels: of })),
        fc.constant(undefined),
      ).chain((it) => it),
    }),
  ),
  ({ applyTo, operation, priority, proxyVersion, workloadSelector }, at) =>
    object(
      'networking.istio.io/v1alpha3',
      'EnvoyFilter',
      `filter-${at}`,
      fields({
        workloadSelector,
        priority,
        configPatches: [
          {
            applyTo,
            match: {
              context: 'SIDECAR_INBOUND',
              proxy: proxyVersion ? { proxyVersion } : undefined,
              ...(/FILTER/.test(applyTo) && {
                listener: {
                  filterChain: {
                    filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: undefined },
                  },
                },
              }),
            },
            patch: { operation, value: { name: 'x' } },
          },
        ],
      }),
    ),
);

const refusals: Some<JsonObject[]> = fc.oneof(
  { weight: 9, arbitrary: fc.constant<JsonObject[]>([]) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<JsonObject[]>(
      [
        object('networking.istio.io/v1', 'Gateway', 'bad', {
          selector: { istio: 'edge' },
          servers: [
            {
              port: { number: 443, name: 'grpc', protocol: 'GRPC' },
              hosts: ['bad.example.com'],
              tls: { mode: 'SIMPLE', credentialName: 'x' },
            },
          ],
        }),
      ],
      [
        object('networking.istio.io/v1', 'Gateway', 'bad', {
          selector: { istio: 'edge' },
          servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['bad.example.com'] }],
        }),
      ],
      [
        object('networking.istio.io/v1', 'Gateway', 'good', {
          selector: { istio: 'edge' },
          servers: [
            {
              port: { number: 80, name: 'http', protocol: 'HTTP' },
              hosts: ['bad.example.com'],
              tls: { httpsRedirect: true },
            },
          ],
        }),
      ],
      [object('networking.istio.io/v1', 'Sidecar', 'bad', { egress: [{ hosts: ['./menu'] }] })],
      [object('networking.istio.io/v1', 'Sidecar', 'bad', { egress: [{ hosts: ['menu.shop.svc.cluster.local'] }] })],
      [
        object('networking.istio.io/v1', 'VirtualService', 'bad', {
          hosts: ['bad.example.com'],
          http: [{ timeout: '0s', directResponse: { status: 204 } }],
        }),
      ],
      [
        object('networking.istio.io/v1', 'VirtualService', 'bad', {
          hosts: ['bad.example.com'],
          http: [{ timeout: '1500us', directResponse: { status: 204 } }],
        }),
      ],
      [
        object('networking.istio.io/v1', 'VirtualService', 'bad', {
          hosts: ['bad.example.com'],
          http: [{ retries: { attempts: 2, retryOn: 'reset, unavailable' }, directResponse: { status: 204 } }],
        }),
      ],
      [
        object('networking.istio.io/v1', 'VirtualService', 'good', {
          hosts: ['bad.example.com'],
          http: [{ retries: { attempts: 2, retryOn: 'reset,503,unavailable' }, directResponse: { status: 204 } }],
        }),
      ],
      [
        object('networking.istio.io/v1', 'VirtualService', 'bad', {
          hosts: ['bad.example.com'],
          http: [{ timout: '1s', directResponse: { status: 204 } }],
        }),
      ],
      [object('networking.istio.io/v1', 'DestinationRule', 'bad', { host: 5 })],
      [
        object('networking.istio.io/v1', 'DestinationRule', 'bad', {
          host: FULL('menu'),
          trafficPolicy: { tls: { mode: 'MUTUEL' } },
        }),
      ],
      [object('networking.istio.io/v1', 'DestinationRule', 'bad', { trafficPolicy: {} })],
      [object('networking.istio.io/v1', 'WorkloadGroup', 'bad', { template: {}, probe: { grpc: { port: 1 } } })],
      [
        object('security.istio.io/v1', 'AuthorizationPolicy', 'bad', {
          rules: [{ when: [{ key: 'request.header', values: ['x'] }] }],
        }),
      ],
      [
        object('security.istio.io/v1', 'AuthorizationPolicy', 'bad', {
          rules: [{ from: [{ source: { serviceAccounts: ['a/b/c'] } }] }],
        }),
      ],
      [
        object('security.istio.io/v1', 'AuthorizationPolicy', 'bad', {
          rules: [{ to: [{ operation: { ports: ['grpc'] } }] }],
        }),
      ],
      [object('security.istio.io/v1', 'PeerAuthentication', 'bad', { portLevelMtls: { '8080': { mode: 'STRICT' } } })],
    ),
  },
);

const PARTS = [
  ...[namespaces, workloads, services, virtualServices, destinationRules, sidecars, telemetries, policies],
  ...[authentications, tokens, entries, gateways, edge, filters, refusals],
];

/** So many worlds, the same for the same seed. */
export function worlds(count: number, seed: number): Case[] {
  const world = fc.tuple(...PARTS).map((parts) => parts.flat());
  return fc.sample(world, { numRuns: count, seed }).map((objects, at) => ({ name: `world ${seed}/${at}`, objects }));
}
