import type { JsonObject } from '../../manifests/json';
import type { MeshSettings } from '../../manifests/mesh-settings';
import type { Request } from '../request';
import type { CompiledPolicy } from './compiled-policy';

/** What happens to a request that a policy with `action: CUSTOM` matches. */
export type CustomEffect = 'asked' | 'denied' | 'ignored';

/**
 * Whether the provider of a policy is asked: one that the mesh does not define denies everything, as do two providers
 * at one proxy; one that speaks HTTP is ignored on other ports.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/builder/builder.go (buildHTTP, buildTCP)
 */
export function customEffect(
  policy: CompiledPolicy,
  all: readonly CompiledPolicy[],
  protocol: Request['protocol'],
  { extensionProviders }: MeshSettings,
): CustomEffect {
  // PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS is off by default.
  if (all.some(({ provider }) => provider !== policy.provider)) return 'denied';
  if (extensionProviders === undefined) return 'asked';
  const named = extensionProviders.filter((one) => one.name === policy.provider && speaks(one) !== undefined);
  if (named.length !== 1 || !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(policy.provider)) return 'denied';
  return protocol === 'tcp' && speaks(named[0]) === 'http' ? 'ignored' : 'asked';
}

function speaks(provider: JsonObject): 'grpc' | 'http' | undefined {
  if (provider.envoyExtAuthzGrpc) return 'grpc';
  return provider.envoyExtAuthzHttp ? 'http' : undefined;
}
