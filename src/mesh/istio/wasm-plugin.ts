import type { Extension } from '../extensions';
import type { NetworkPolicySpec, WasmPluginSpec } from './types';

/** The module, in these proxies. A gateway has no other direction than its own; a sidecar runs it for what arrives. */
export function wasmPlugin(extension: Extension): WasmPluginSpec {
  const { pods, isGateway, module, phase, config, imagePullSecret, optOuts } = extension;
  return {
    selector: { matchLabels: pods.labels },
    url: module.url,
    sha256: module.sha256,
    ...(imagePullSecret !== undefined && { imagePullSecret }),
    ...(phase !== 'UNSPECIFIED_PHASE' && { phase }),
    failStrategy: optOuts.length > 0 ? 'FAIL_OPEN' : 'FAIL_CLOSE',
    ...(!isGateway && { match: [{ mode: 'SERVER' }] }),
    ...(config && { pluginConfig: config }),
  };
}

/** Every pod fetches the module for itself. */
export function registryNetwork({ pods, registry, registryPort }: Extension): NetworkPolicySpec {
  return {
    podSelector: { matchLabels: pods.labels },
    policyTypes: ['Egress'],
    egress: [
      {
        to: registry.map(({ cidr }) => ({ ipBlock: { cidr } })),
        ports: [{ protocol: 'TCP', port: registryPort }],
      },
    ],
  };
}
