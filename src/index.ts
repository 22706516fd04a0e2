// The sentences: a namespace, services that call each other, the way in.

export { CanaryRelease, type CanaryReleaseProps } from './canary-release';
export { MeshError } from './errors';
export { GrpcService, type GrpcServiceAttributes, type GrpcServiceProps } from './grpc-service';
export { type ExposeWebOptions, GrpcWebGateway, type GrpcWebGatewayProps } from './grpc-web-gateway';
// Where they run, and how they refuse.
export { type IstioOptions, Mesh } from './mesh/mesh';
export { type ExposeOptions, MeshIngress, type MeshIngressProps } from './mesh-ingress';
export { type AllowAnyCallerOptions, type CallOptions, MeshService, type MeshServiceProps } from './mesh-service';
export type { MeshServiceAttributes } from './mesh-service-attributes';
export type { CallPolicy } from './values/call-policy';
export { ClusterDns, type ClusterDnsOptions } from './values/cluster-dns';
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
// What they are made of.
export { ProtoApi, type ProtoFileOptions } from './values/proto-api';
export { type RepeatExecutedOptions, RetryableStatus, type RetryOptions, RetryPolicy } from './values/retry-policy';
export { type CertManagerOptions, TlsCertificate } from './values/tls-certificate';
export { type ImageOptions, Workload } from './workload';
export { ZeroTrustNamespace, type ZeroTrustNamespaceProps } from './zero-trust-namespace';
