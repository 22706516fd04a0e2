import { ENTRIES, UNDECLARED } from './world';

/** What nobody may drop by accident. */
export const HELD = [
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
  ...['delegate.name', 'delegate.namespace', 'mirror.host', 'mirrors.destination.host', 'mirrorPercentage.value'].map(
    (field) => `VirtualService http.${field}`,
  ),
  ...['redirect.uri', 'rewrite.authority', 'rewrite.uriRegexRewrite.match', 'directResponse.status=403'].map(
    (field) => `VirtualService http.${field}`,
  ),
  ...['set.x-role', 'add.x-role', 'remove', 'set.:authority'].map(
    (change) => `VirtualService http.headers.request.${change}`,
  ),
  'VirtualService http.route.headers.request.remove',
  ...['match.port', 'match.sourceLabels.app', 'match.sourceNamespace', 'match.gateways', 'route.weight'].map(
    (field) => `VirtualService tcp.${field}`,
  ),
  ...['tcp.route.destination.host', 'tcp.route.destination.subset', 'tls.match.sniHosts'].map(
    (field) => `VirtualService ${field}`,
  ),
  ...['timeout', 'rewrite.uri', 'fault.abort.grpcStatus', 'route.weight', 'route.destination.subset'].map(
    (field) => `VirtualService http.${field}`,
  ),
  'Sidecar egress.hosts',
  'Sidecar outboundTrafficPolicy.mode=REGISTRY_ONLY',
  'Sidecar outboundTrafficPolicy.mode=ALLOW_ANY',
  ...['audiences', 'fromHeaders.name', 'fromHeaders.prefix', 'fromParams', 'forwardOriginalToken'].map(
    (field) => `RequestAuthentication jwtRules.${field}`,
  ),
  ...['inside', 'direct', 'edge'].map((way) => `x-forwarded-for of a call ${way}`),
  'token in header authorization',
  'token in header with prefix authorization',
  'token in header x-token',
  'token in header with prefix x-token',
  'token in param token',
  'token in param access_token',
  ...ENTRIES.map((host) => `call to ${host} of a ServiceEntry`),
  ...UNDECLARED.map((host) => `call to ${host} that nothing declares`),
  'DestinationRule trafficPolicy.tls.mode=DISABLE',
];
