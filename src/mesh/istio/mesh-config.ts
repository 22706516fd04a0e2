import type { ExtensionProvider } from '../../values/extension-provider';
import type { MeshWide } from '../contract';

/** What of an installation the files must repeat. */
interface Installed {
  readonly rootNamespace: string;
  readonly revision?: string;
}

/** Values of the Helm chart istio/istiod. */
export function helmValues(facts: MeshWide, installed: Installed): object {
  const { revision } = installed;
  return {
    ...elsewhere(installed),
    ...(revision !== undefined && { revision }),
    meshConfig: meshConfig(facts, installed),
  };
}

/** The file of `istioctl install -f`. It has the form of an object, and no cluster has its kind. */
export function installFile(facts: MeshWide, installed: Installed): object {
  const { rootNamespace, revision } = installed;
  return {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: 'mesh', namespace: rootNamespace },
    spec: {
      ...(revision !== undefined && { revision }),
      meshConfig: meshConfig(facts, installed),
      ...(rootNamespace !== DEFAULT_NAMESPACE && { values: elsewhere(installed) }),
    },
  };
}

// Roles and webhooks of the charts name the namespace of istiod by a value of its own.
function elsewhere({ rootNamespace }: Installed): { global?: { istioNamespace: string } } {
  return rootNamespace === DEFAULT_NAMESPACE ? {} : { global: { istioNamespace: rootNamespace } };
}

const DEFAULT_NAMESPACE = 'istio-system';

/** Providers as `meshConfig.extensionProviders` lists them. */
export function extensionProviders(providers: ExtensionProvider[]): object[] {
  return providers.map(({ name, host, port, _kind, _timeoutMillis }) => {
    const service = { service: host, port };
    if (_kind === 'otlp-traces') return { name, opentelemetry: service };
    if (_kind === 'otlp-logs') return { name, envoyOtelAls: service };
    return { name, envoyExtAuthzGrpc: { ...service, timeout: `${(_timeoutMillis ?? 0) / 1000}s` } };
  });
}

/** @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig */
function meshConfig(facts: MeshWide, { rootNamespace }: Installed): object {
  const { trustDomain, trustDomainAliases, allowsTls12, allowsAnyOutbound, pathNormalization, providers } = facts;
  return {
    rootNamespace,
    trustDomain,
    ...(trustDomainAliases.length > 0 && { trustDomainAliases }),
    // Between sidecars, and at everything else that ends TLS.
    meshMTLS: { minProtocolVersion: 'TLSV1_3' },
    ...(!allowsTls12 && { tlsDefaults: { minProtocolVersion: 'TLSV1_3' } }),
    outboundTrafficPolicy: { mode: allowsAnyOutbound ? 'ALLOW_ANY' : 'REGISTRY_ONLY' },
    pathNormalization: { normalization: pathNormalization },
    ...(providers.length > 0 && { extensionProviders: extensionProviders(providers) }),
  };
}
