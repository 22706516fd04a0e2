import type { Request } from '../request';
import { type CompiledPolicy, compilePolicy, type PolicyManifest } from './compiled-policy';
import { conditionsIn } from './compiled-rule';
import { type Facts, factsOf } from './facts';
import type { Doubtful } from './in-force';
import { isPathTemplate } from './path-template';

/**
 * A policy as a gRPC server without proxy gets it: no other actions than these, no aliases of trust domains, no dry
 * runs, so one is enforced; and a policy without rules is not there at all.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/grpcgen/lds.go (buildRBAC)
 */
export function proxylessPolicy(manifest: PolicyManifest): CompiledPolicy | Doubtful | undefined {
  const policy = { ...compilePolicy(manifest, []), dryRun: false };
  const rules = policy.rules.http;
  if ((policy.action !== 'ALLOW' && policy.action !== 'DENY') || rules.length === 0) return undefined;
  const refused = rules
    .flatMap(conditionsIn)
    .find(({ field, values }) =>
      /^(?:paths|notPaths)$/.test(field) ? values.some(isPathTemplate) : UNREADABLE.test(field),
    );
  if (!refused) return policy;
  const { namespace, name } = manifest;
  return {
    manifest,
    action: undefined,
    missing: `what a gRPC server without proxy makes of AuthorizationPolicy ${namespace}/${name}`,
    text: `AuthorizationPolicy ${namespace}/${name} asks for ${refused.field}, and gRPC libraries refuse the whole configuration for that`,
  };
}

/** @see https://github.com/grpc/proposal/blob/master/A41-xds-rbac.md */
const UNREADABLE = /^request\.headers\[(?::scheme|grpc-.*)\]$/i;

/** What a gRPC server knows of a call: no normalization of paths, no tokens, no server name, and one client address. */
export function proxylessFacts(request: Request): Facts {
  return factsOf({ ...request, claims: undefined, sni: '', remoteIp: request.sourceIp }, 'NONE');
}
