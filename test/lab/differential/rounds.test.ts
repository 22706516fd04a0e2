import fc from 'fast-check';
import { Coverage } from './coverage';
import { rounds } from './rounds';

/** What nobody may drop by accident. */
const FIELDS = [
  ...['principals', 'namespaces', 'serviceAccounts', 'requestPrincipals', 'ipBlocks', 'remoteIpBlocks'].flatMap(
    (field) => [
      `AuthorizationPolicy rules.from.source.${field}`,
      `AuthorizationPolicy rules.from.source.not${field[0].toUpperCase()}${field.slice(1)}`,
    ],
  ),
  ...['paths', 'methods', 'ports', 'hosts'].flatMap((field) => [
    `AuthorizationPolicy rules.to.operation.${field}`,
    `AuthorizationPolicy rules.to.operation.not${field[0].toUpperCase()}${field.slice(1)}`,
  ]),
  ...['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'].map((action) => `AuthorizationPolicy action=${action}`),
  ...['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET'].map((mode) => `PeerAuthentication mtls.mode=${mode}`),
  ...['uri.exact', 'uri.prefix', 'uri.regex', 'headers.x-role.exact', 'withoutHeaders.x-role.exact'].map(
    (field) => `VirtualService http.match.${field}`,
  ),
  ...['timeout', 'rewrite.uri', 'fault.abort.grpcStatus', 'route.weight', 'route.destination.subset'].map(
    (field) => `VirtualService http.${field}`,
  ),
  'Sidecar egress.hosts',
  'Sidecar outboundTrafficPolicy.mode=REGISTRY_ONLY',
  'RequestAuthentication jwtRules.audiences',
  'DestinationRule trafficPolicy.tls.mode=DISABLE',
];

test('random rules come to say something with every field that matters', () => {
  const coverage = new Coverage();
  for (const { rules } of fc.sample(rounds, { seed: 1, numRuns: 500 })) coverage.add(rules, []);
  expect(FIELDS.filter((field) => !coverage.fields.has(field))).toEqual([]);
});
