import type { Rule } from '../rule';
import { allowAnyCaller } from './allow-any-caller';
import { allowNothingOnProxyless } from './allow-nothing-on-proxyless';
import { bareServicePath } from './bare-service-path';
import { callerBlockedByNetworkPolicy } from './caller-blocked-by-network-policy';
import { callerCannotSee } from './caller-cannot-see';
import { claimRouteWithoutAuthentication } from './claim-route-without-authentication';
import { conflictingServiceEntries } from './conflicting-service-entries';
import { conflictingSidecars } from './conflicting-sidecars';
import { conflictingTelemetries } from './conflicting-telemetries';
import { conflictingVirtualServices } from './conflicting-virtual-services';
import { corsNeverAnswersPreflight } from './cors-never-answers-preflight';
import { credentialNameOnSidecar } from './credential-name-on-sidecar';
import { credentialsForEveryOrigin } from './credentials-for-every-origin';
import { deprecatedAnnotation } from './deprecated-annotation';
import { deprecatedField } from './deprecated-field';
import { drainTooShort } from './drain-too-short';
import { duplicatePeerAuthentication } from './duplicate-peer-authentication';
import { edgeProfileOnGrpcGateway } from './edge-profile-on-grpc-gateway';
import { emptyDenyRule } from './empty-deny-rule';
import { envoyFilterOnTls } from './envoy-filter-on-tls';
import { externalNamePort } from './external-name-port';
import { failoverWithoutOutlierDetection } from './failover-without-outlier-detection';
import { faultWithoutPercentage } from './fault-without-percentage';
import { fewRequestsPerConnection } from './few-requests-per-connection';
import { gatewayCredentialElsewhere } from './gateway-credential-elsewhere';
import { gatewayPortNotOnService } from './gateway-port-not-on-service';
import { gatewayShutOut } from './gateway-shut-out';
import { gatewayTlsMismatch } from './gateway-tls-mismatch';
import { gatewayWithoutPods } from './gateway-without-pods';
import { gatewaysInConflict } from './gateways-in-conflict';
import { grpcProbeOnWorkloadGroup } from './grpc-probe-on-workload-group';
import { hostNotInGateway } from './host-not-in-gateway';
import { hostWithoutPort } from './host-without-port';
import { httpDenyOnTcpPort } from './http-deny-on-tcp-port';
import { httpPolicyInAmbient } from './http-policy-in-ambient';
import { identityNeedsMtls } from './identity-needs-mtls';
import { ignoredPeerAuthentication } from './ignored-peer-authentication';
import { ineffectiveEnvoyFilter } from './ineffective-envoy-filter';
import { initContainerAgainstPodSecurity } from './init-container-against-pod-security';
import { injectLabelOnNamespace } from './inject-label-on-namespace';
import { invalidAnnotation } from './invalid-annotation';
import { malformedPrincipal } from './malformed-principal';
import { meshOnlyCanary } from './mesh-only-canary';
import { methodNotUpperCase } from './method-not-upper-case';
import { methodOfNoRpc } from './method-of-no-rpc';
import { misplacedAnnotation } from './misplaced-annotation';
import { missingField } from './missing-field';
import { missingPort } from './missing-port';
import { mtlsToServerWithoutMesh } from './mtls-to-server-without-mesh';
import { namespaceNotInjected } from './namespace-not-injected';
import { needsNewerIstio } from './needs-newer-istio';
import { negativeIdentity } from './negative-identity';
import { noPolicies } from './no-policies';
import { optOut } from './opt-out';
import { outlierDetectionMovesTraffic } from './outlier-detection-moves-traffic';
import { ownTlsBehindSidecar } from './own-tls-behind-sidecar';
import { pathWithoutSlash } from './path-without-slash';
import { plaintextAccepted } from './plaintext-accepted';
import { plaintextGateway } from './plaintext-gateway';
import { plaintextToStrictServer } from './plaintext-to-strict-server';
import { policyWithoutProxy } from './policy-without-proxy';
import { portLevelMtlsOnServicePort } from './port-level-mtls-on-service-port';
import { portOutsideMesh } from './port-outside-mesh';
import { portsInConflict } from './ports-in-conflict';
import { preflightRefused } from './preflight-refused';
import { proxyUserId } from './proxy-user-id';
import { rawEnvoyFilter } from './raw-envoy-filter';
import { refusedDuration } from './refused-duration';
import { refusedPolicy } from './refused-policy';
import { relativeEnvoyFilter } from './relative-envoy-filter';
import { retriesOutlastTimeout } from './retries-outlast-timeout';
import { retryOfExecutedCalls } from './retry-of-executed-calls';
import { rootSidecarWithSelector } from './root-sidecar-with-selector';
import { rpcAsMethod } from './rpc-as-method';
import { selectsNothing } from './selects-nothing';
import { serverNameNotVerified } from './server-name-not-verified';
import { servicePortInPolicy } from './service-port-in-policy';
import { serviceWithoutPods } from './service-without-pods';
import { shadowedDestinationRule } from './shadowed-destination-rule';
import { sharedCertificate } from './shared-certificate';
import { sidecarHostNotQualified } from './sidecar-host-not-qualified';
import { sidecarInAmbient } from './sidecar-in-ambient';
import { sidecarOpensOutbound } from './sidecar-opens-outbound';
import { sourceBesideGateways } from './source-beside-gateways';
import { spiffePrincipal } from './spiffe-principal';
import { subsetWithoutPods } from './subset-without-pods';
import { suppressionWithoutReason } from './suppression-without-reason';
import { tcpBesideHttp } from './tcp-beside-http';
import { timeoutOnStream } from './timeout-on-stream';
import { tlsToMeshService } from './tls-to-mesh-service';
import { tokenNotRequired } from './token-not-required';
import { twoDestinationRules } from './two-destination-rules';
import { twoInjectionLabels } from './two-injection-labels';
import { undeclaredPortBehindGateway } from './undeclared-port-behind-gateway';
import { undeclaredPortUnderPolicy } from './undeclared-port-under-policy';
import { undeclaredProtocol } from './undeclared-protocol';
import { unknownAnnotation } from './unknown-annotation';
import { unknownDelegate } from './unknown-delegate';
import { unknownDestinationRuleHost } from './unknown-destination-rule-host';
import { unknownField } from './unknown-field';
import { unknownGateway } from './unknown-gateway';
import { unknownHost } from './unknown-host';
import { unknownNamespace } from './unknown-namespace';
import { unknownPort } from './unknown-port';
import { unknownRetryCondition } from './unknown-retry-condition';
import { unknownServiceAccount } from './unknown-service-account';
import { unknownSidecarHost } from './unknown-sidecar-host';
import { unknownSubset } from './unknown-subset';
import { unknownSuppression } from './unknown-suppression';
import { unknownTargetPort } from './unknown-target-port';
import { unreachableRoute } from './unreachable-route';
import { valueNotAllowed } from './value-not-allowed';
import { weightsNotHundred } from './weights-not-hundred';
import { wrongType } from './wrong-type';

/** Every rule, in the order in which a report is read: first what is not there at all, then doors, then outages. */
export const RULES: readonly Rule[] = [
  unknownField,
  wrongType,
  missingField,
  valueNotAllowed,
  refusedDuration,
  refusedPolicy,
  unknownRetryCondition,
  gatewayTlsMismatch,
  sidecarHostNotQualified,
  grpcProbeOnWorkloadGroup,
  invalidAnnotation,
  sourceBesideGateways,
  spiffePrincipal,
  malformedPrincipal,
  unknownServiceAccount,
  unknownNamespace,
  rpcAsMethod,
  methodNotUpperCase,
  methodOfNoRpc,
  pathWithoutSlash,
  bareServicePath,
  servicePortInPolicy,
  hostWithoutPort,
  allowAnyCaller,
  noPolicies,
  negativeIdentity,
  identityNeedsMtls,
  plaintextAccepted,
  plaintextGateway,
  duplicatePeerAuthentication,
  ignoredPeerAuthentication,
  portLevelMtlsOnServicePort,
  tokenNotRequired,
  policyWithoutProxy,
  namespaceNotInjected,
  injectLabelOnNamespace,
  twoInjectionLabels,
  selectsNothing,
  httpPolicyInAmbient,
  sidecarInAmbient,
  allowNothingOnProxyless,
  portOutsideMesh,
  undeclaredPortUnderPolicy,
  proxyUserId,
  serverNameNotVerified,
  credentialNameOnSidecar,
  credentialsForEveryOrigin,
  envoyFilterOnTls,
  emptyDenyRule,
  httpDenyOnTcpPort,
  tcpBesideHttp,
  gatewayShutOut,
  preflightRefused,
  corsNeverAnswersPreflight,
  callerCannotSee,
  callerBlockedByNetworkPolicy,
  tlsToMeshService,
  plaintextToStrictServer,
  mtlsToServerWithoutMesh,
  ownTlsBehindSidecar,
  undeclaredPortBehindGateway,
  undeclaredProtocol,
  portsInConflict,
  externalNamePort,
  serviceWithoutPods,
  unknownTargetPort,
  timeoutOnStream,
  edgeProfileOnGrpcGateway,
  retryOfExecutedCalls,
  retriesOutlastTimeout,
  fewRequestsPerConnection,
  drainTooShort,
  initContainerAgainstPodSecurity,
  unknownHost,
  unknownPort,
  missingPort,
  unknownSubset,
  subsetWithoutPods,
  unknownGateway,
  hostNotInGateway,
  unknownDelegate,
  unknownDestinationRuleHost,
  unknownSidecarHost,
  gatewayWithoutPods,
  gatewayPortNotOnService,
  gatewayCredentialElsewhere,
  gatewaysInConflict,
  sharedCertificate,
  claimRouteWithoutAuthentication,
  conflictingVirtualServices,
  unreachableRoute,
  meshOnlyCanary,
  weightsNotHundred,
  faultWithoutPercentage,
  twoDestinationRules,
  shadowedDestinationRule,
  failoverWithoutOutlierDetection,
  outlierDetectionMovesTraffic,
  conflictingSidecars,
  sidecarOpensOutbound,
  rootSidecarWithSelector,
  conflictingServiceEntries,
  conflictingTelemetries,
  ineffectiveEnvoyFilter,
  relativeEnvoyFilter,
  rawEnvoyFilter,
  unknownAnnotation,
  misplacedAnnotation,
  deprecatedAnnotation,
  deprecatedField,
  needsNewerIstio,
  optOut,
  suppressionWithoutReason,
  unknownSuppression,
];
