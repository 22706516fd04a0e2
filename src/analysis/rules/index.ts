import type { Rule } from '../rule';
import { allowAnyCaller } from './allow-any-caller';
import { allowNothingOnProxyless } from './allow-nothing-on-proxyless';
import { bareServicePath } from './bare-service-path';
import { callerBlockedByNetworkPolicy } from './caller-blocked-by-network-policy';
import { callerCannotSee } from './caller-cannot-see';
import { duplicatePeerAuthentication } from './duplicate-peer-authentication';
import { emptyDenyRule } from './empty-deny-rule';
import { gatewayShutOut } from './gateway-shut-out';
import { hostWithoutPort } from './host-without-port';
import { httpDenyOnTcpPort } from './http-deny-on-tcp-port';
import { httpPolicyInAmbient } from './http-policy-in-ambient';
import { identityNeedsMtls } from './identity-needs-mtls';
import { ignoredPeerAuthentication } from './ignored-peer-authentication';
import { malformedPrincipal } from './malformed-principal';
import { methodNotUpperCase } from './method-not-upper-case';
import { missingField } from './missing-field';
import { negativeIdentity } from './negative-identity';
import { optOut } from './opt-out';
import { pathWithoutSlash } from './path-without-slash';
import { plaintextAccepted } from './plaintext-accepted';
import { plaintextGateway } from './plaintext-gateway';
import { policyWithoutProxy } from './policy-without-proxy';
import { portLevelMtlsOnServicePort } from './port-level-mtls-on-service-port';
import { preflightRefused } from './preflight-refused';
import { refusedDuration } from './refused-duration';
import { refusedPolicy } from './refused-policy';
import { retryOfExecutedCalls } from './retry-of-executed-calls';
import { rpcAsMethod } from './rpc-as-method';
import { selectsNothing } from './selects-nothing';
import { servicePortInPolicy } from './service-port-in-policy';
import { spiffePrincipal } from './spiffe-principal';
import { suppressionWithoutReason } from './suppression-without-reason';
import { timeoutOnStream } from './timeout-on-stream';
import { tokenNotRequired } from './token-not-required';
import { undeclaredPortBehindGateway } from './undeclared-port-behind-gateway';
import { undeclaredPortUnderPolicy } from './undeclared-port-under-policy';
import { undeclaredProtocol } from './undeclared-protocol';
import { unknownField } from './unknown-field';
import { unknownNamespace } from './unknown-namespace';
import { unknownServiceAccount } from './unknown-service-account';
import { unknownSuppression } from './unknown-suppression';
import { valueNotAllowed } from './value-not-allowed';
import { wrongType } from './wrong-type';

/** Every rule, in the order in which a report is read: first what is not there at all, then doors, then outages. */
export const RULES: readonly Rule[] = [
  unknownField,
  wrongType,
  missingField,
  valueNotAllowed,
  refusedDuration,
  refusedPolicy,
  spiffePrincipal,
  malformedPrincipal,
  unknownServiceAccount,
  unknownNamespace,
  rpcAsMethod,
  methodNotUpperCase,
  pathWithoutSlash,
  bareServicePath,
  servicePortInPolicy,
  hostWithoutPort,
  allowAnyCaller,
  negativeIdentity,
  identityNeedsMtls,
  plaintextAccepted,
  plaintextGateway,
  duplicatePeerAuthentication,
  ignoredPeerAuthentication,
  portLevelMtlsOnServicePort,
  tokenNotRequired,
  policyWithoutProxy,
  selectsNothing,
  httpPolicyInAmbient,
  allowNothingOnProxyless,
  undeclaredPortUnderPolicy,
  emptyDenyRule,
  httpDenyOnTcpPort,
  gatewayShutOut,
  preflightRefused,
  callerCannotSee,
  callerBlockedByNetworkPolicy,
  undeclaredPortBehindGateway,
  undeclaredProtocol,
  timeoutOnStream,
  retryOfExecutedCalls,
  optOut,
  suppressionWithoutReason,
  unknownSuppression,
];
