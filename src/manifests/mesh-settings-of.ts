import { isObject, type Json } from './json';
import type { Manifest } from './manifest';
import type { MeshSettings } from './mesh-settings';
import type { Trouble } from './trouble';
import type { Bodies } from './types';
import { described } from './words';
import { type Parsed, parse } from './yaml/parse';
import { Parser } from './yaml/parser';

/** What the ConfigMap of an installed Istio (`istio`, or `istio-<revision>`) says of its mesh; nothing without one. */
export function meshSettingsOf(configMaps: readonly Manifest<Bodies['ConfigMap']>[]): Partial<MeshSettings> {
  const [found] = configMaps.flatMap((one) => {
    const config = configIn(one);
    return config ? { mesh: config.body, home: one.namespace } : [];
  });
  const mesh = found?.mesh;
  if (!isObject(mesh)) {
    return {};
  }
  const outbound = isObject(mesh.outboundTrafficPolicy) ? mesh.outboundTrafficPolicy.mode : undefined;
  const normalization = isObject(mesh.pathNormalization) ? mesh.pathNormalization.normalization : undefined;
  const stated: Record<string, unknown> = {
    rootNamespace: text(mesh.rootNamespace) ?? found.home,
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
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)) as Partial<MeshSettings>;
}

/** Why nobody can read what a ConfigMap says of the mesh: whoever answered without it would guess. */
export function troubleInMesh(manifest: Manifest): Trouble | undefined {
  const { body, trouble } = (manifest.group === '' && manifest.kind === 'ConfigMap' && configIn(manifest)) || {};
  const path = ['data', 'mesh'];
  if (trouble) return { code: trouble.code, message: `in data.mesh: ${trouble.message}`, fix: trouble.fix, path };
  if (body === undefined || isObject(body)) return undefined;
  return { code: 'WrongType', message: `'data.mesh' must be the text of an object, not of ${described(body)}`, path };
}

/** The mesh that a ConfigMap holds; `undefined` for one that holds none. */
function configIn({ name, body }: Manifest<unknown>): Parsed | undefined {
  const data = isObject(body) ? body.data : undefined;
  const text = isObject(data) && /^istio(-|$)/.test(name) ? data.mesh : undefined;
  if (typeof text !== 'string') return undefined;
  return parse(text, { start: 0, end: text.length, heading: '' }, new Parser());
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
