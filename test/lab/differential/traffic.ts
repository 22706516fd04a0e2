import fc from 'fast-check';
import { few, type Json, often, type Rule, some } from './arbitrary';
import { ADMIN, LEDGER, PLAIN, ROOT, VAULT } from './world';

// Rules about where calls go, and what a client knows.

const NETWORKING = 'networking.istio.io/v1';
const EDGE = { namespace: 'istio-ingress', name: 'edge' };

/** What the gateway serves; the same in every round, for its ports take long to open. */
export const GATEWAY_OBJECT = JSON.stringify({
  apiVersion: NETWORKING,
  kind: 'Gateway',
  metadata: EDGE,
  spec: {
    selector: { istio: 'ingress' },
    servers: [
      {
        port: { number: 443, name: 'https', protocol: 'HTTPS' },
        tls: { mode: 'SIMPLE', credentialName: 'grpc-example-com' },
        hosts: ['bank/api.example.com', '*/shared.example.com'],
      },
      { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*/plain.example.com', '*/*.wild.example.com'] },
    ],
  },
});

const texts = {
  uri: fc.oneof(
    fc.constantFrom('/bank.Ledger/Book', '/bank.Ledger/List').map((exact): Json => ({ exact })),
    fc.constantFrom('/bank.Ledger/', '/bank.Ledger/Book', '/bank', '/').map((prefix): Json => ({ prefix })),
    fc.constantFrom('/bank\\.[A-Z]\\w+/Book', '.*Book', '/bank.Ledger/(Book|List)/?').map((regex): Json => ({ regex })),
  ),
  role: fc.oneof(
    fc.constantFrom('admin', 'user').map((exact): Json => ({ exact })),
    fc.constantFrom('ad', 'u').map((prefix): Json => ({ prefix })),
    fc.constantFrom('.*', 'adm[a-z]+').map((regex): Json => ({ regex })),
    fc.constant<Json>({}),
  ),
};

const matches = few(
  {
    uri: texts.uri,
    headers: texts.role.map((role): Json => ({ 'x-role': role })),
    withoutHeaders: texts.role.map((role): Json => ({ 'x-role': role })),
    method: fc.constantFrom<Json>({ exact: 'POST' }, { exact: 'GET' }, { regex: 'P.*' }),
    authority: fc.constantFrom<Json>({ prefix: 'ledger' }, { exact: `${LEDGER}:50051` }, { regex: '.*example.com' }),
    port: fc.constantFrom(50051, 8080),
    sourceLabels: fc.constantFrom<Json>({ app: 'web' }, { tier: 'gold' }),
    sourceNamespace: fc.constantFrom('shop', 'bank'),
    queryParams: fc.constantFrom<Json>({ dry: { exact: '1' } }, { dry: { regex: '\\d' } }),
    ignoreUriCase: fc.boolean(),
    scheme: fc.constantFrom<Json>({ exact: 'http' }, { exact: 'https' }),
    gateways: some<Json>('mesh', 'istio-ingress/edge'),
  },
  { least: 1 },
);

const places = often<Json>(
  [3, fc.constant({ host: LEDGER })],
  [1, fc.constant({ host: 'ledger' })],
  [2, fc.constantFrom({ host: LEDGER, subset: 'v1' }, { host: LEDGER, subset: 'v2' }, { host: LEDGER, subset: 'v3' })],
  [2, fc.constant({ host: VAULT, port: { number: 50051 } })],
  [1, fc.constant({ host: ADMIN })],
  [1, fc.constant({ host: PLAIN })],
  [1, fc.constant({ host: LEDGER, port: { number: 50051 } })],
  [1, fc.constant({ host: 'nowhere.bank.svc.cluster.local' })],
);

const routes = often<Json>(
  [8, places.map((destination) => [{ destination }])],
  [
    1,
    places.map((destination) => [
      { destination, headers: { request: { set: { 'x-role': 'admin' }, remove: ['authorization'] } } },
    ]),
  ],
  [
    2,
    fc
      .tuple(places, places, fc.constantFrom([100, 0], [0, 100]))
      .filter(([one, other]) => JSON.stringify(one) !== JSON.stringify(other))
      .map(([one, other, [a, b]]) => [
        { destination: one, weight: a },
        { destination: other, weight: b },
      ]),
  ],
);

const extras = few(
  {
    name: fc.constantFrom('first', 'second'),
    timeout: fc.constantFrom('3s', '7s'),
    retries: fc.constantFrom<Json>(
      { attempts: 1, retryOn: 'unavailable' },
      { attempts: 0 },
      { attempts: 2, perTryTimeout: '2s' },
    ),
    rewrite: fc.constantFrom<Json>(
      { uri: '/bank.Ledger/List' },
      { authority: 'other.example.com' },
      { uriRegexRewrite: { match: 'Book', rewrite: 'List' } },
    ),
    headers: fc.constantFrom<Json>(
      { request: { set: { 'x-role': 'admin' } } },
      { request: { add: { 'x-role': 'user' } } },
      { request: { remove: ['x-role'] } },
      { request: { set: { ':authority': 'set.example.com' } } },
    ),
    fault: fc.constantFrom<Json>(
      { abort: { percentage: { value: 100 }, grpcStatus: 'ABORTED' } },
      { abort: { percentage: { value: 100 }, httpStatus: 503 } },
      { abort: { percentage: { value: 0 }, httpStatus: 503 } },
    ),
  },
  { most: 2 },
);

const httpRules = fc
  .record({
    match: often<Json[]>([3, fc.array(matches, { minLength: 1, maxLength: 2 })], [1, fc.constant([])]),
    action: often<{ [field: string]: Json }>(
      [8, fc.tuple(routes, extras).map(([route, more]) => ({ ...more, route }))],
      [1, fc.constantFrom(403, 404, 200, 503).map((status) => ({ directResponse: { status } }))],
      [1, fc.constant({ redirect: { uri: '/elsewhere' } })],
    ),
  })
  .map(({ match, action }): Json => ({ ...(match.length > 0 && { match }), ...action }));

const scopes = often<string[] | undefined>(
  [6, fc.constant(undefined)],
  [1, fc.constant(['.'])],
  [1, fc.constant(['shop'])],
  [1, fc.constant(['bank', 'istio-ingress'])],
);

const edgeHosts = often<{ hosts: string[]; gateways?: string[] }>(
  [
    8,
    some('api.example.com', 'shared.example.com', 'plain.example.com', 'a.wild.example.com', '*.wild.example.com').map(
      (hosts) => ({ hosts, gateways: ['istio-ingress/edge'] }),
    ),
  ],
  [1, fc.constant({ hosts: [LEDGER, 'api.example.com'], gateways: ['mesh', 'istio-ingress/edge'] })],
  [2, fc.constant({ hosts: ['*'], gateways: ['istio-ingress/edge'] })],
);

const meshHosts = often<{ hosts: string[]; gateways?: string[] }>(
  [5, fc.constant({ hosts: [LEDGER] })],
  [1, fc.constant({ hosts: ['ledger'] })],
  [2, fc.constant({ hosts: [VAULT, 'unheard.example.com'] })],
  [1, fc.constant({ hosts: ['*.bank.svc.cluster.local'] })],
  [1, edgeHosts],
);

const virtualServicesFor = (where: typeof meshHosts): fc.Arbitrary<Rule> =>
  fc
    .record({
      namespace: often([3, fc.constant('bank')], [2, fc.constant('shop')]),
      where,
      exportTo: scopes,
      http: fc.array(httpRules, { minLength: 1, maxLength: 3 }),
    })
    .map(({ namespace, where: hosts, exportTo, http }) => ({
      apiVersion: NETWORKING,
      kind: 'VirtualService',
      namespace,
      spec: { ...hosts, ...(exportTo && { exportTo }), http },
    }));

export const virtualServices = virtualServicesFor(meshHosts);
export const edgeVirtualServices = virtualServicesFor(edgeHosts);

const tls = fc.constantFrom<Json>({ mode: 'DISABLE' }, { mode: 'ISTIO_MUTUAL' });
const trafficPolicies = few(
  {
    tls,
    portLevelSettings: tls.map((it): Json => [{ port: { number: 50051 }, tls: it }]),
    loadBalancer: fc.constant<Json>({ simple: 'ROUND_ROBIN' }),
  },
  { least: 1 },
);

export const destinationRules: fc.Arbitrary<Rule> = fc
  .record({
    namespace: often([3, fc.constant('bank')], [2, fc.constant('shop')], [1, fc.constant(ROOT)]),
    host: often<string>(
      [4, fc.constant(LEDGER)],
      [1, fc.constant(VAULT)],
      [1, fc.constant('*.bank.svc.cluster.local')],
      [1, fc.constant('ledger')],
    ),
    exportTo: scopes,
    workloads: often<Json | undefined>([6, fc.constant(undefined)], [1, fc.constant({ matchLabels: { app: 'web' } })]),
    trafficPolicy: often<Json | undefined>([2, fc.constant(undefined)], [1, trafficPolicies]),
    subsets: often<Json[]>(
      [1, fc.constant([])],
      [
        4,
        fc
          .tuple(
            some<Json>(
              { name: 'v1', labels: { version: 'v1' } },
              { name: 'v2', labels: { version: 'v2' } },
              { name: 'v3', labels: { version: 'v3' } },
            ),
            often<Json | undefined>([4, fc.constant(undefined)], [1, trafficPolicies]),
          )
          .map(([subsets, policy]) =>
            subsets.map(
              (subset): Json => ({ ...(subset as object), ...(policy !== undefined && { trafficPolicy: policy }) }),
            ),
          ),
      ],
    ),
  })
  .map(({ namespace, host, exportTo, workloads, trafficPolicy, subsets }) => ({
    apiVersion: NETWORKING,
    kind: 'DestinationRule',
    namespace,
    spec: {
      host,
      ...(exportTo && { exportTo }),
      ...(workloads !== undefined && { workloadSelector: workloads }),
      ...(trafficPolicy !== undefined && { trafficPolicy }),
      ...(subsets.length > 0 && { subsets }),
    },
  }));

const known = some(
  './*',
  'bank/*',
  `bank/${LEDGER}`,
  `./${LEDGER}`,
  '*/*',
  '~/*',
  `*/${VAULT}`,
  'shop/*',
  '*/*.bank.svc.cluster.local',
  'legacy/*',
);

const egress = often<Json>(
  [4, known.map((hosts) => [{ hosts }])],
  [1, known.map((hosts) => [{ port: { number: 50051, protocol: 'GRPC', name: 'grpc' }, hosts }])],
  [
    1,
    fc
      .tuple(known, known)
      .map(
        ([one, other]): Json => [
          { port: { number: 50051, protocol: 'GRPC', name: 'grpc' }, hosts: one },
          { hosts: other },
        ],
      ),
  ],
);

export const sidecars: fc.Arbitrary<Rule> = fc
  .record({
    namespace: often([4, fc.constant('shop')], [1, fc.constant('bank')], [1, fc.constant(ROOT)]),
    selector: often<Json | undefined>(
      [2, fc.constant(undefined)],
      [1, fc.constant({ labels: { app: 'web' } })],
      [1, fc.constant({ labels: { tier: 'gold' } })],
    ),
    outbound: often<Json | undefined>(
      [2, fc.constant(undefined)],
      [3, fc.constant({ mode: 'REGISTRY_ONLY' })],
      [1, fc.constant({ mode: 'ALLOW_ANY' })],
    ),
    egress: often<Json | undefined>([5, egress], [1, fc.constant(undefined)]),
  })
  .map(({ namespace, selector, outbound, egress: listeners }) => ({
    apiVersion: NETWORKING,
    kind: 'Sidecar',
    namespace,
    spec: {
      ...(selector !== undefined && namespace !== ROOT && { workloadSelector: selector }),
      ...(outbound !== undefined && { outboundTrafficPolicy: outbound }),
      ...(listeners !== undefined && { egress: listeners }),
    },
  }));
