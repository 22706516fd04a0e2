import fc from 'fast-check';
import { few, type Json, often, type Rule, some } from './arbitrary';
import { httpRules } from './http-routes';
import { BRANCH, DIARY, LEDGER, PARTNER, ROOT, VAULT } from './world';

// Rules about where calls go, and what a client knows.

export const NETWORKING = 'networking.istio.io/v1';
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

export const scopes = often<string[] | undefined>(
  [6, fc.constant(undefined)],
  [1, fc.constant(['.'])],
  [1, fc.constant(['shop'])],
  [1, fc.constant(['bank', 'istio-ingress'])],
);

export const edgeHosts = often<{ hosts: string[]; gateways?: string[] }>(
  [
    8,
    some('api.example.com', 'shared.example.com', 'plain.example.com', 'a.wild.example.com', '*.wild.example.com').map(
      (hosts) => ({ hosts, gateways: ['istio-ingress/edge'] }),
    ),
  ],
  [1, fc.constant({ hosts: [LEDGER, 'api.example.com'], gateways: ['mesh', 'istio-ingress/edge'] })],
  [2, fc.constant({ hosts: ['*'], gateways: ['istio-ingress/edge'] })],
);

export const meshHosts = often<{ hosts: string[]; gateways?: string[] }>(
  [5, fc.constant({ hosts: [LEDGER] })],
  [1, fc.constant({ hosts: ['ledger'] })],
  [2, fc.constant({ hosts: [VAULT, 'unheard.example.com'] })],
  [1, fc.constant({ hosts: ['*.bank.svc.cluster.local'] })],
  [1, some(PARTNER, BRANCH, '*.example.com').map((hosts) => ({ hosts }))],
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

/** Lets everybody in. */
export const openEdge: fc.Arbitrary<Rule> = fc.constantFrom(LEDGER, VAULT).map((host) => ({
  apiVersion: NETWORKING,
  kind: 'VirtualService',
  namespace: 'bank',
  spec: {
    hosts: ['*'],
    gateways: ['istio-ingress/edge'],
    http: [{ route: [{ destination: { host, port: { number: 50051 } } }] }],
  },
}));

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
      [1, fc.constantFrom(PARTNER, BRANCH)],
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
  '*/*.example.com',
  `legacy/${PARTNER}`,
  `./${DIARY}`,
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
