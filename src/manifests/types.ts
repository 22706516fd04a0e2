// What each kind that we read holds, once `shape.ts` has found nothing wrong with it. The types are those of
// kubernetes-models and are erased when compiled; the writing half has a file of its own for the same purpose.
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as networking from '@kubernetes-models/istio/networking.istio.io/v1' with { 'resolution-mode': 'import' };
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as networkingAlpha from '@kubernetes-models/istio/networking.istio.io/v1alpha3' with {
  'resolution-mode': 'import',
};
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as security from '@kubernetes-models/istio/security.istio.io/v1' with { 'resolution-mode': 'import' };
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as telemetry from '@kubernetes-models/istio/telemetry.istio.io/v1' with { 'resolution-mode': 'import' };
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as apps from 'kubernetes-models/apps/v1' with { 'resolution-mode': 'import' };
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as batch from 'kubernetes-models/batch/v1' with { 'resolution-mode': 'import' };
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as k8sNetworking from 'kubernetes-models/networking.k8s.io/v1' with { 'resolution-mode': 'import' };
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as core from 'kubernetes-models/v1' with { 'resolution-mode': 'import' };
import type { JsonObject } from './json';

/** The body of each kind by its group and name, whatever the version. */
export interface Bodies {
  Namespace: core.INamespace;
  Service: core.IService;
  ServiceAccount: core.IServiceAccount;
  Pod: core.IPod;
  ConfigMap: core.IConfigMap;
  Secret: core.ISecret;
  'apps/Deployment': apps.IDeployment;
  'apps/StatefulSet': apps.IStatefulSet;
  'apps/DaemonSet': apps.IDaemonSet;
  'apps/ReplicaSet': apps.IReplicaSet;
  'batch/Job': batch.IJob;
  'batch/CronJob': batch.ICronJob;
  'networking.k8s.io/NetworkPolicy': k8sNetworking.INetworkPolicy;
  'networking.istio.io/VirtualService': networking.IVirtualService;
  'networking.istio.io/DestinationRule': { readonly spec?: DestinationRuleSpec };
  'networking.istio.io/Gateway': networking.IGateway;
  'networking.istio.io/ServiceEntry': networking.IServiceEntry;
  'networking.istio.io/Sidecar': networking.ISidecar;
  'networking.istio.io/WorkloadEntry': networking.IWorkloadEntry;
  'networking.istio.io/WorkloadGroup': networking.IWorkloadGroup;
  'networking.istio.io/EnvoyFilter': networkingAlpha.IEnvoyFilter;
  'security.istio.io/AuthorizationPolicy': security.IAuthorizationPolicy;
  'security.istio.io/PeerAuthentication': security.IPeerAuthentication;
  'security.istio.io/RequestAuthentication': security.IRequestAuthentication;
  'telemetry.istio.io/Telemetry': telemetry.ITelemetry;
  'extensions.istio.io/WasmPlugin': JsonObject;
  'gateway.networking.k8s.io/Gateway': JsonObject;
  'gateway.networking.k8s.io/HTTPRoute': JsonObject;
  'gateway.networking.k8s.io/GRPCRoute': JsonObject;
  'policy.linkerd.io/Server': JsonObject;
  'policy.linkerd.io/AuthorizationPolicy': JsonObject;
  'policy.linkerd.io/MeshTLSAuthentication': JsonObject;
  'policy.linkerd.io/NetworkAuthentication': JsonObject;
  'cilium.io/CiliumNetworkPolicy': JsonObject;
  'cilium.io/CiliumClusterwideNetworkPolicy': JsonObject;
}

export type Kind = keyof Bodies;

type Spec<Body> = Body extends { spec?: infer S } ? NonNullable<S> : never;
type Item<List> = NonNullable<List> extends readonly (infer I)[] ? I : never;

export type PodSpec = NonNullable<core.IPod['spec']>;
export type Container = Item<PodSpec['containers']>;
export type ServiceSpec = Spec<core.IService>;
export type ServiceEntrySpec = Spec<networking.IServiceEntry>;
type VirtualServiceSpec = Spec<networking.IVirtualService>;
export type HttpRoute = Item<VirtualServiceSpec['http']>;
export type HttpMatch = Item<HttpRoute['match']>;
export type HttpDestination = Item<HttpRoute['route']>;
export type CorsPolicy = NonNullable<HttpRoute['corsPolicy']>;

/**
 * By hand, and only what an answer depends on: the published type repeats a traffic policy in full for each port of
 * each subset, and costs the compiler minutes.
 */
export interface DestinationRuleSpec {
  readonly host: string;
  readonly exportTo?: readonly string[];
  readonly workloadSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly trafficPolicy?: TrafficPolicy;
  }[];
}

export interface TrafficPolicy extends PortTrafficPolicy {
  readonly tunnel?: JsonObject;
  readonly proxyProtocol?: JsonObject;
  readonly retryBudget?: JsonObject;
  readonly portLevelSettings?: readonly (PortTrafficPolicy & { readonly port?: { readonly number?: number } })[];
}

export interface PortTrafficPolicy {
  readonly connectionPool?: {
    readonly tcp?: JsonObject;
    readonly http?: JsonObject & { readonly h2UpgradePolicy?: string; readonly useClientProtocol?: boolean };
  };
  readonly loadBalancer?: JsonObject;
  readonly outlierDetection?: JsonObject;
  readonly tls?: JsonObject & { readonly mode?: 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL' };
}

type GatewaySpec = Spec<networking.IGateway>;
export type GatewayServer = Item<GatewaySpec['servers']>;
export type SidecarSpec = Spec<networking.ISidecar>;
type AuthorizationPolicySpec = Spec<security.IAuthorizationPolicy>;
export type AuthorizationRule = Item<AuthorizationPolicySpec['rules']>;
export type AuthorizationSource = NonNullable<Item<AuthorizationRule['from']>['source']>;
export type AuthorizationOperation = NonNullable<Item<AuthorizationRule['to']>['operation']>;
export type PeerAuthenticationSpec = Spec<security.IPeerAuthentication>;
export type RequestAuthenticationSpec = Spec<security.IRequestAuthentication>;
