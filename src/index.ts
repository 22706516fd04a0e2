// The front door, in the order of the README. The blank line below each comment keeps biome from sorting across it.

// A namespace in which nothing talks until something says so.

export { ZeroTrustNamespace, type ZeroTrustNamespaceProps } from './zero-trust-namespace';

// What runs in it, and who calls what.

export { type AllowAnyCallerOptions, type CallOptions, MeshService, type MeshServiceProps } from './mesh-service';
export type { MeshServiceAttributes } from './mesh-service-attributes';

// A MeshService that knows its RPCs.

export { GrpcService, type GrpcServiceAttributes, type GrpcServiceProps } from './grpc-service';

// The way in from outside.

export { type ExposeOptions, MeshIngress, type MeshIngressProps } from './mesh-ingress';

// The way in for browsers.

export { type ExposeWebOptions, GrpcWebGateway, type GrpcWebGatewayProps } from './grpc-web-gateway';

// What is decided about single calls beside who may make them.

export { AuditedCalls, type DecidedCallsProps, DeniedCalls } from './decided-calls';
export { ExternalAuthorization, type ExternalAuthorizationProps } from './external-authorization';

// A port that takes plaintext on purpose.

export { PlaintextPort, type PlaintextPortProps } from './plaintext-port';

// Tokens of end users.

export { JwtAuthentication, type JwtAuthenticationProps, type TokenOptions } from './jwt-authentication';

// A second version beside the first.

export { CanaryRelease, type CanaryReleaseProps } from './canary-release';

// Calls that go another way than the rest, are copied, or hurt on purpose.

export { type FaultAbort, type FaultDelay, FaultInjection, type FaultInjectionProps } from './fault-injection';
export type { RequestMatch } from './request-match';
export { RouteTarget, type RouteTargetOptions, type ServiceTargetOptions } from './route-target';
export { TrafficMirror, type TrafficMirrorProps } from './traffic-mirror';
export { TrafficRoute, type TrafficRouteProps } from './traffic-route';

// What it tells those who run it.

export { MeshMonitoring, type MeshMonitoringProps } from './mesh-monitoring';

// What its proxies tell: traces, logs, labels of metrics.

export { type AccessLogOptions, MeshTelemetry, type MeshTelemetryProps, type TracingOptions } from './mesh-telemetry';

// What can be called, and hosts outside the mesh.

export { Callee } from './callee';
export { ExternalGrpcService, type ExternalGrpcServiceProps } from './external-grpc-service';
export { type ExternalHostOptions, ExternalService, type ExternalServiceProps } from './external-service';

// The way out.

export { EgressGateway, type EgressGatewayProps } from './egress-gateway';

// What is added to proxies.

export { WasmExtension, type WasmExtensionProps, WasmPhase } from './wasm-extension';

// What Istio cannot say.

export { EnvoyPatch, type EnvoyPatchProps } from './envoy-patch';

// The values that their props are made of.

export { AccessLogFilter } from './values/access-log-filter';
export { CallCondition } from './values/call-condition';
export type { CallPolicy } from './values/call-policy';
export { type CanaryRollout, RolloutController, type RolloutStep } from './values/canary-rollout';
export { CircuitBreaker, type CircuitBreakerOptions } from './values/circuit-breaker';
export { EnvoyChange, type EnvoyUpstreamOptions } from './values/envoy-change';
export {
  type ClientCertificateOptions,
  ExternalTls,
  type ServerCertificateOptions,
  type ServerNameOptions,
} from './values/external-tls';
export {
  type GatewayPodsOptions,
  GatewayWorkload,
  type HelmGatewayOptions,
  type IstioctlGatewayOptions,
  type OwnGatewayOptions,
} from './values/gateway-workload';
export { GrpcApi } from './values/grpc-api';
export { GrpcMethod, type GrpcMethodProps, Idempotency, Streaming } from './values/grpc-method';
export { GrpcStatus } from './values/grpc-status';
export type { HeaderOperations } from './values/header-operations';
export { HealthCheck } from './values/health-check';
export type { HttpRedirect } from './values/http-redirect';
export { JwtIssuer, type JwtIssuerOptions } from './values/jwt-issuer';
export { LoadBalancing, type LoadBalancingOptions } from './values/load-balancing';
export { Locality } from './values/locality';
export { MeshPort, type MeshPortOptions, PortProtocol } from './values/mesh-port';
export { MetadataMatch } from './values/metadata-match';
export { MetricsScraper, type MetricsScraperOptions } from './values/metrics-scraper';
export type { OptOutOptions } from './values/opt-out';
export { OutlierDetection, type OutlierDetectionOptions } from './values/outlier-detection';
export { ProtoApi, type ProtoFileOptions } from './values/proto-api';
export { type RepeatExecutedOptions, RetryableStatus, type RetryOptions, RetryPolicy } from './values/retry-policy';
export { type GrpcStatusGateOptions, type LatencyGateOptions, RolloutGate } from './values/rollout-gate';
export { SpanTag } from './values/span-tag';
export { type CertManagerOptions, TlsCertificate } from './values/tls-certificate';
export { TokenSource } from './values/token-source';
export type { TrafficPolicy } from './values/traffic-policy';
export { type ImageOptions, Workload } from './workload';

// The mesh and the cluster that a namespace runs on, and its settings, for whoever installs it.

export { type IstioOptions, Mesh } from './mesh/mesh';
export { MeshSettings, type MeshSettingsProps, PathNormalization } from './mesh-settings';
export { ClusterDns, type ClusterDnsOptions } from './values/cluster-dns';
export {
  ExtensionProvider,
  type ExtensionProviderOptions,
  type GrpcAuthorizerOptions,
} from './values/extension-provider';

// What the manifests are asked, in tests and by cdk8s synth.

export { GrpcMeshValidation, type GrpcMeshValidationProps } from './mesh-check/grpc-mesh-validation';
export { MeshAssertions } from './mesh-check/mesh-assertions';
export type { MeshCallOptions } from './mesh-check/mesh-call-options';
export type { MeshCheckOptions } from './mesh-check/mesh-check-options';
export type {
  IMeshValidationContext,
  IMeshValidationLogger,
  IMeshValidationReport,
  MeshViolation,
  MeshViolationPlace,
} from './mesh-check/mesh-validation-context';

// How everything here refuses.

export { MeshError } from './errors';
