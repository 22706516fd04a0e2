import type { JsonObject } from './json';

/** What a namespace's YAML does not say and the mesh decides: the part of Istio's MeshConfig that changes an answer. */
export interface MeshSettings {
  /** Where policies hold for the whole mesh. */
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY';
  readonly enableAutoMtls: boolean;
  readonly pathNormalization: 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';
  /** `undefined` where nobody told us. */
  readonly extensionProviders: readonly JsonObject[] | undefined;
  readonly defaultServiceExportTo: readonly string[];
  readonly defaultVirtualServiceExportTo: readonly string[];
  readonly defaultDestinationRuleExportTo: readonly string[];
  /** What proxies repeat where no VirtualService says so; `undefined` for what Istio does unasked. */
  readonly defaultHttpRetryPolicy?: JsonObject;
  /** The `connectionPool` and `outlierDetection` of hosts without a DestinationRule that has one. */
  readonly defaultTrafficPolicy?: JsonObject;
  readonly h2UpgradePolicy?: 'DO_NOT_UPGRADE' | 'UPGRADE';
  /** `meshMTLS.minProtocolVersion` and `tlsDefaults.minProtocolVersion`. */
  readonly minProtocolVersion: { readonly mesh?: string; readonly edge?: string };
  /** `false` where these are Istio's defaults because no mesh configuration was among the manifests. */
  readonly stated: boolean;
}

/** Istio as it is installed when nobody says anything. */
export const ISTIO_DEFAULTS: MeshSettings = {
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  trustDomainAliases: [],
  outboundTrafficPolicy: 'ALLOW_ANY',
  enableAutoMtls: true,
  pathNormalization: 'BASE',
  extensionProviders: undefined,
  defaultServiceExportTo: ['*'],
  defaultVirtualServiceExportTo: ['*'],
  defaultDestinationRuleExportTo: ['*'],
  minProtocolVersion: {},
  stated: false,
};
