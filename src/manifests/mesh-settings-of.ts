import { isObject, type Json } from './json';
import type { Manifest } from './manifest';
import type { MeshSettings } from './mesh-settings';
import type { Bodies } from './types';

type Path = Partial<MeshSettings>;

/** What the ConfigMap of an installed Istio (`istio`, or `istio-<revision>`) says of its mesh; nothing without one. */
export function meshSettingsOf(configMaps: readonly Manifest<Bodies['ConfigMap']>[]): Path {
  const found = configMaps.find(({ name, body }) => /^istio(-|$)/.test(name) && typeof body.data?.mesh === 'string');
  if (!found) {
    return {};
  }
  // Loaded only where there is a mesh to read.
  const { load } = require('js-yaml') as typeof import('js-yaml');
  const mesh = load(found.body.data?.mesh ?? '') as Json;
  if (!isObject(mesh)) {
    return {};
  }
  const outbound = isObject(mesh.outboundTrafficPolicy) ? mesh.outboundTrafficPolicy.mode : undefined;
  const normalization = isObject(mesh.pathNormalization) ? mesh.pathNormalization.normalization : undefined;
  const stated: Record<string, unknown> = {
    rootNamespace: text(mesh.rootNamespace) ?? found.namespace,
    trustDomain: text(mesh.trustDomain),
    trustDomainAliases: texts(mesh.trustDomainAliases),
    outboundTrafficPolicy: text(outbound),
    enableAutoMtls: typeof mesh.enableAutoMtls === 'boolean' ? mesh.enableAutoMtls : undefined,
    pathNormalization: text(normalization) === 'DEFAULT' ? 'BASE' : text(normalization),
    extensionProviders: Array.isArray(mesh.extensionProviders) ? mesh.extensionProviders.filter(isObject) : [],
    defaultServiceExportTo: texts(mesh.defaultServiceExportTo),
    defaultVirtualServiceExportTo: texts(mesh.defaultVirtualServiceExportTo),
    defaultDestinationRuleExportTo: texts(mesh.defaultDestinationRuleExportTo),
    defaultHttpRetryPolicy: isObject(mesh.defaultHttpRetryPolicy) ? mesh.defaultHttpRetryPolicy : undefined,
    defaultTrafficPolicy: isObject(mesh.defaultTrafficPolicy) ? mesh.defaultTrafficPolicy : undefined,
    h2UpgradePolicy: text(mesh.h2UpgradePolicy),
    minProtocolVersion: { mesh: minimum(mesh.meshMTLS), edge: minimum(mesh.tlsDefaults) },
    stated: true,
  };
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)) as Path;
}

function minimum(block: Json | undefined): string | undefined {
  return isObject(block) ? text(block.minProtocolVersion) : undefined;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
}
