import fc from 'fast-check';
import { few, type Json, often, type Rule, some } from './arbitrary';
import { meshHosts, NETWORKING, scopes } from './traffic';
import { LEDGER, PLAIN, VAULT } from './world';

// VirtualServices for connections of which nothing is read.

const matches = few(
  {
    port: fc.constantFrom(9000, 9000, 50051),
    sourceLabels: fc.constantFrom<Json>({ app: 'web' }, { tier: 'gold' }),
    sourceNamespace: fc.constantFrom('shop', 'bank'),
    gateways: some<Json>('mesh', 'istio-ingress/edge'),
  },
  { least: 1 },
);

const places = often<Json>(
  [3, fc.constantFrom({ host: LEDGER }, { host: 'ledger' })],
  [2, fc.constantFrom({ host: LEDGER, subset: 'v1' }, { host: LEDGER, subset: 'v2' }, { host: LEDGER, subset: 'v3' })],
  [3, fc.constantFrom<Json>({ host: VAULT }, { host: VAULT, port: { number: 9000 } })],
  [1, fc.constantFrom({ host: PLAIN }, { host: 'nowhere.bank.svc.cluster.local' })],
);

const routes = often<Json>(
  [3, places.map((destination) => [{ destination }])],
  [
    1,
    fc.tuple(places, places, fc.constantFrom([100, 0], [0, 100])).map(([one, other, [a, b]]) => [
      { destination: one, weight: a },
      { destination: other, weight: b },
    ]),
  ],
);

const tcp = fc
  .record({
    match: often<Json[]>([1, fc.constant([])], [4, fc.array(matches, { minLength: 1, maxLength: 2 })]),
    route: routes,
  })
  .map(({ match, route }): Json => ({ ...(match.length > 0 && { match }), route }));

/** No port of the world is for TLS, so none of these counts. */
const tls = places.map((destination): Json => ({ match: [{ sniHosts: [LEDGER] }], route: [{ destination }] }));

export const tcpVirtualServices: fc.Arbitrary<Rule> = fc
  .record({
    namespace: fc.constantFrom('bank', 'bank', 'shop'),
    where: meshHosts,
    exportTo: scopes,
    tcpRoutes: fc.array(tcp, { minLength: 1, maxLength: 3 }),
    tlsRoutes: often<Json[]>([5, fc.constant([])], [1, tls.map((one) => [one])]),
  })
  .map(({ namespace, where, exportTo, tcpRoutes, tlsRoutes }) => ({
    ...{ apiVersion: NETWORKING, kind: 'VirtualService', namespace },
    spec: { ...where, ...(exportTo && { exportTo }), tcp: tcpRoutes, ...(tlsRoutes.length > 0 && { tls: tlsRoutes }) },
  }));
