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

// A second version beside the first.

export { CanaryRelease, type CanaryReleaseProps } from './canary-release';

// The values that their props are made of.

export type { CallPolicy } from './values/call-policy';
export {
  type GatewayPodsOptions,
  GatewayWorkload,
  type HelmGatewayOptions,
  type IstioctlGatewayOptions,
  type OwnGatewayOptions,
} from './values/gateway-workload';
export { GrpcApi } from './values/grpc-api';
export { GrpcMethod, type GrpcMethodProps, Idempotency, Streaming } from './values/grpc-method';
export { HealthCheck } from './values/health-check';
export { MeshPort, type MeshPortOptions, PortProtocol } from './values/mesh-port';
export type { OptOutOptions } from './values/opt-out';
export { ProtoApi, type ProtoFileOptions } from './values/proto-api';
export { type RepeatExecutedOptions, RetryableStatus, type RetryOptions, RetryPolicy } from './values/retry-policy';
export { type CertManagerOptions, TlsCertificate } from './values/tls-certificate';
export { type ImageOptions, Workload } from './workload';

// The mesh and the cluster that a namespace runs on.

export { type IstioOptions, Mesh } from './mesh/mesh';
export { ClusterDns, type ClusterDnsOptions } from './values/cluster-dns';

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
