import fc from 'fast-check';
import { few, type Json, often, type Rule, some } from './arbitrary';
import { ROOT } from './world';

// Rules about who may call. Values are few, and most of them fit some of the calls.

export const SECURITY = 'security.istio.io/v1';
export const namespaces = often(
  [2, fc.constant(ROOT)],
  [8, fc.constant('bank')],
  [2, fc.constant('shop')],
  [1, fc.constant('istio-ingress')],
);
export const selectors = often<Json | undefined>(
  [3, fc.constant(undefined)],
  [2, fc.constant({ matchLabels: { app: 'ledger' } })],
  [1, fc.constant({ matchLabels: { app: 'vault' } })],
  [1, fc.constant({ matchLabels: { tier: 'gold' } })],
  [1, fc.constant({ matchLabels: { app: 'ledger', version: 'v2' } })],
);

const principals = some(
  'cluster.local/ns/shop/sa/web',
  'cluster.local/ns/shop/sa/admin',
  'cluster.local/ns/bank/sa/vault',
  'cluster.local/ns/istio-ingress/sa/istio-ingress',
  '*',
  'cluster.local/ns/shop/*',
  '*/sa/web',
  '*/ns/shop/sa/admin',
  'old.example/ns/shop/sa/web',
  'cluster.local/ns/shop/sa/web-and-more',
);
const spaces = some('shop', 'bank', 'legacy', 'sh*', '*op', '*', 'istio-ingress');
const serviceAccounts = some('shop/web', 'shop/admin', 'bank/vault', 'vault', 'web', 'istio-ingress/istio-ingress');
const requestPrincipals = some('*', 'https://issuer.example/alice', 'https://issuer.example/*', '*/alice', '*/bob');
const addresses = some(
  '10.244.128.0/17',
  '10.244.0.0/17',
  '10.244.130.0/24',
  '10.244.130.7',
  '10.0.0.0/8',
  '192.0.2.0/24',
);

export const sources = few(
  {
    principals,
    notPrincipals: principals,
    namespaces: spaces,
    notNamespaces: spaces,
    serviceAccounts,
    notServiceAccounts: serviceAccounts,
    requestPrincipals,
    notRequestPrincipals: requestPrincipals,
    ipBlocks: addresses,
    notIpBlocks: addresses,
    remoteIpBlocks: addresses,
    notRemoteIpBlocks: addresses,
  },
  { least: 1 },
);

const paths = some(
  '/bank.Ledger/Book',
  '/bank.Ledger/List',
  '/bank.Ledger/*',
  '/bank.Ledger/Book*',
  '*/Book',
  '*',
  '/bank.Ledger/{*}',
  '/bank.{*}/Book',
  '/{*}/Book',
  '/{**}',
  '/bank.Ledger/{**}',
  '/{**}/Book',
);
const methods = some('POST', 'GET', 'P*', '*T', '*');
const ports = some('50051', '8080', '8081', '9000');
const hosts = some(
  'ledger.bank.svc.cluster.local:50051',
  'ledger.bank.svc.cluster.local',
  'ledger.bank.svc.cluster.local:*',
  'LEDGER.bank*',
  '*.cluster.local:50051',
  'api.example.com',
  '*',
);

export const operations = few(
  { paths, notPaths: paths, methods, notMethods: methods, ports, notPorts: ports, hosts, notHosts: hosts },
  { least: 1 },
);

const when = (key: string, values: fc.Arbitrary<string[]>) =>
  few({ values, notValues: values }, { least: 1 }).map((rest): Json => ({ key, ...rest }));

/** The last ones are lists in base64, with and without its padding. */
const roles = some(
  ...['admin', 'ad*', '*min', '*', 'user', 'admin,user', 'staff', 'blue'],
  ...['WyJ*', 'WyJyZWQiLCJibHVlIl0=', 'WyJyZWQiLCJibHVlIl0'],
);

const ofTokens = [
  when('request.auth.principal', requestPrincipals),
  when('request.auth.audiences', some('shop', 'bank', 'sh*')),
  when('request.auth.presenter', some('cli', '*')),
  when('request.auth.claims[group]', some('staff', 'st*', '*', 'guests')),
  when('request.auth.claims[org][team]', some('blue', '*', 'red')),
];

export const conditions = fc.oneof(
  when('request.headers[x-role]', roles),
  when('request.headers[X-Role]', roles),
  when('request.headers[:authority]', some('ledger.bank*', '*:50051', '*')),
  when('request.headers[:path]', some('/bank.Ledger/Book', '/bank.Ledger/*', '*dry=1')),
  when('request.headers[:method]', some('POST', 'GET')),
  when('request.headers[content-type]', some('application/grpc', '*')),
  when('source.ip', addresses),
  when('remote.ip', addresses),
  when('source.namespace', spaces),
  when('source.principal', principals),
  when('source.serviceAccount', some('shop/web', 'bank/vault')),
  when('source.trustDomain', some('cluster.local', 'old.example', '*', 'cluster*')),
  ...ofTokens,
  when('destination.ip', some('10.244.0.0/17', '10.96.0.0/16', '10.0.0.0/8')),
  when('destination.port', some('50051', '8081', '9000')),
  when(
    'connection.sni',
    some('outbound_.50051_._.ledger.bank.svc.cluster.local', 'outbound*', '*.cluster.local', '*', 'api.example.com'),
  ),
);

const anyRules = few(
  {
    from: fc.array(
      sources.map((source): Json => ({ source })),
      { minLength: 1, maxLength: 2 },
    ),
    to: fc.array(
      operations.map((operation): Json => ({ operation })),
      { minLength: 1, maxLength: 2 },
    ),
    when: fc.array(conditions, { minLength: 1, maxLength: 2 }),
  },
  { most: 2 },
);

const actions = often<string | undefined>(
  [5, fc.constant('ALLOW')],
  [1, fc.constant(undefined)],
  [4, fc.constant('DENY')],
  [1, fc.constant('AUDIT')],
  [2, fc.constant('CUSTOM')],
);

const policiesWith = (rules: fc.Arbitrary<Json>, where = namespaces, whom = selectors): fc.Arbitrary<Rule> =>
  fc
    .record({
      namespace: where,
      selector: whom,
      action: actions,
      rules: often<Json[]>([8, fc.array(rules, { minLength: 1, maxLength: 3 })], [1, fc.constant([])]),
      dryRun: often([9, fc.constant(false)], [1, fc.constant(true)]),
    })
    .map(({ namespace, selector, action, rules: all, dryRun }) => ({
      apiVersion: SECURITY,
      kind: 'AuthorizationPolicy',
      namespace,
      ...(dryRun && { annotations: { 'istio.io/dry-run': 'true' } }),
      spec: {
        ...(selector !== undefined && { selector }),
        ...(action !== undefined && { action }),
        ...(action === 'CUSTOM' && { provider: { name: 'nobody' } }),
        ...(all.length > 0 && { rules: all }),
      },
    }));

export const authorizationPolicies = policiesWith(anyRules);

/** What only tokens, and what is written of them, can fulfil. */
export const tokenPolicies = policiesWith(
  few(
    {
      from: few({ requestPrincipals, notRequestPrincipals: requestPrincipals }, { least: 1 }).map((source) => [
        { source },
      ]),
      when: fc.oneof(...ofTokens, when('request.headers[x-role]', roles)).map((one): Json => [one]),
    },
    { least: 1 },
  ),
);

/** Where calls come from, at the gateway and behind it. */
export const addressPolicies = policiesWith(
  few(
    {
      from: few(
        { ipBlocks: addresses, notIpBlocks: addresses, remoteIpBlocks: addresses, notRemoteIpBlocks: addresses },
        { least: 1 },
      ).map((source) => [{ source }]),
      when: fc.oneof(when('source.ip', addresses), when('remote.ip', addresses)).map((one): Json => [one]),
    },
    { least: 1 },
  ),
  fc.constantFrom('istio-ingress', 'istio-ingress', 'bank'),
  fc.constant(undefined),
);

const modes = fc.constantFrom('STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET');

export const peerAuthentications: fc.Arbitrary<Rule> = fc
  .record({
    namespace: namespaces,
    selector: selectors,
    mode: modes,
    ports: often<Json>([3, fc.constant({})], [1, few({ '50051': modes, '9000': modes, '8081': modes }, { least: 1 })]),
  })
  .map(({ namespace, selector, mode, ports: perPort }) => {
    const portLevelMtls = Object.entries(perPort as Record<string, string>).map(([port, it]) => [port, { mode: it }]);
    return {
      apiVersion: SECURITY,
      kind: 'PeerAuthentication',
      namespace,
      spec: {
        ...(selector !== undefined && { selector }),
        mtls: { mode },
        ...(portLevelMtls.length > 0 && { portLevelMtls: Object.fromEntries(portLevelMtls) }),
      },
    };
  });
