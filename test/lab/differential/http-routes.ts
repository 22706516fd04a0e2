import fc from 'fast-check';
import { few, type Json, often, some } from './arbitrary';
import { ADMIN, BRANCH, DIARY, LEDGER, PARTNER, PLAIN, VAULT } from './world';

// One route of a VirtualService: what it is for, where it sends calls, and what it does to them.

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

export const matches = few(
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
  [1, fc.constantFrom<Json>({ host: PARTNER }, { host: DIARY }, { host: BRANCH, port: { number: 50051 } })],
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

/** Where copies go that nobody notices: none of these may change what the client sees. */
const mirrored = fc.constantFrom<Json>(
  { host: LEDGER },
  { host: LEDGER, subset: 'v2' },
  { host: VAULT, port: { number: 50051 } },
  { host: ADMIN },
  { host: 'nowhere.bank.svc.cluster.local' },
);

export const extras = few(
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
    mirror: mirrored,
    mirrors: fc
      .tuple(mirrored, mirrored, fc.constantFrom(0, 100))
      .map(([one, other, value]): Json => [{ destination: one }, { destination: other, percentage: { value } }]),
    mirrorPercentage: fc.constantFrom<Json>({ value: 100 }, { value: 0 }),
    fault: fc.constantFrom<Json>(
      { abort: { percentage: { value: 100 }, grpcStatus: 'ABORTED' } },
      { abort: { percentage: { value: 100 }, httpStatus: 503 } },
      { abort: { percentage: { value: 0 }, httpStatus: 503 } },
    ),
  },
  { most: 2 },
);

export const httpRules = fc
  .record({
    match: often<Json[]>([3, fc.array(matches, { minLength: 1, maxLength: 2 })], [1, fc.constant([])]),
    action: often<{ [field: string]: Json }>(
      [8, fc.tuple(routes, extras).map(([route, more]) => ({ ...more, route }))],
      [1, fc.constantFrom(403, 404, 200, 503).map((status) => ({ directResponse: { status } }))],
      [1, fc.constant({ redirect: { uri: '/elsewhere' } })],
    ),
  })
  .map(({ match, action }): Json => ({ ...(match.length > 0 && { match }), ...action }));
