// The only file of this mesh that names the models. They are erased when compiled; an unknown field does not compile.
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as extensions from '@kubernetes-models/istio/extensions.istio.io/v1alpha1' with {
  'resolution-mode': 'import',
};
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
import type * as k8sNetworking from 'kubernetes-models/networking.k8s.io/v1' with { 'resolution-mode': 'import' };
// biome-ignore syntax/correctness/noTypeOnlyImportAttributes: TypeScript resolution-mode
import type * as core from 'kubernetes-models/v1' with { 'resolution-mode': 'import' };

export type VirtualServiceSpec = NonNullable<networking.IVirtualService['spec']>;
export type HttpRoute = NonNullable<VirtualServiceSpec['http']>[number];
export type HttpMatch = NonNullable<HttpRoute['match']>[number];
export type HttpDestination = NonNullable<HttpRoute['route']>[number];
export type CorsPolicy = NonNullable<HttpRoute['corsPolicy']>;
export type DestinationRuleSpec = NonNullable<networking.IDestinationRule['spec']>;
export type GatewaySpec = NonNullable<networking.IGateway['spec']>;
export type ServiceEntrySpec = NonNullable<networking.IServiceEntry['spec']>;
export type SidecarSpec = NonNullable<networking.ISidecar['spec']>;
export type EnvoyFilterSpec = NonNullable<networkingAlpha.IEnvoyFilter['spec']>;
export type AuthorizationPolicySpec = NonNullable<security.IAuthorizationPolicy['spec']>;
export type AuthorizationRule = NonNullable<AuthorizationPolicySpec['rules']>[number];
export type AuthorizationCondition = NonNullable<AuthorizationRule['when']>[number];
export type AuthorizationTarget = NonNullable<AuthorizationRule['to']>[number];
export type RequestAuthenticationSpec = NonNullable<security.IRequestAuthentication['spec']>;
export type PeerAuthenticationSpec = NonNullable<security.IPeerAuthentication['spec']>;
export type WasmPluginSpec = extensions.IWasmPlugin['spec'];
export type TelemetrySpec = NonNullable<telemetry.ITelemetry['spec']>;
export type NetworkPolicySpec = NonNullable<k8sNetworking.INetworkPolicy['spec']>;
export type NetworkPolicyPeer = NonNullable<NonNullable<NetworkPolicySpec['ingress']>[number]['from']>[number];
export type DeploymentSpec = NonNullable<apps.IDeployment['spec']>;
export type ServiceSpec = NonNullable<core.IService['spec']>;

// Of the Prometheus operator there are no models.

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule */
export interface PrometheusRuleSpec {
  readonly groups: { readonly name: string; readonly rules: AlertingRule[] }[];
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}
