import type { JsonObject } from '../../manifests/json';
import type { TrafficPolicy } from '../../manifests/types';

/**
 * The policy for one port and subset: a port's own settings take the place of what is said for all ports, and whole
 * blocks of the subset's take the place of its host's.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/util/util.go (MergeSubsetTrafficPolicy)
 */
export function layeredPolicy(
  mesh: JsonObject | undefined,
  host: TrafficPolicy | undefined,
  subset: TrafficPolicy | undefined,
  port: number,
): TrafficPolicy {
  const base = withDefaults(mesh, ofPort(host, port)?.policy);
  const above = ofPort(subset, port);
  if (!above) return base ?? {};
  return base ? overlay(base, above.policy, above.own) : above.policy;
}

/** What a policy says of a port; `own` where the port has settings of its own, which inherit nothing. */
function ofPort(policy: TrafficPolicy | undefined, port: number): { policy: TrafficPolicy; own: boolean } | undefined {
  if (!policy) return undefined;
  const settings = policy.portLevelSettings?.find((it) => it.port?.number === port);
  if (!settings) {
    const { portLevelSettings: _, ...rest } = policy;
    return { policy: rest, own: false };
  }
  const { connectionPool, loadBalancer, outlierDetection, tls } = settings;
  return { policy: present({ connectionPool, loadBalancer, outlierDetection, tls }), own: true };
}

function overlay(base: TrafficPolicy, above: TrafficPolicy, own: boolean): TrafficPolicy {
  if (!own) return { ...base, ...present(above) };
  const { connectionPool: _, loadBalancer: __, outlierDetection: ___, tls: ____, ...kept } = base;
  return { ...kept, ...above };
}

/** The mesh's `defaultTrafficPolicy`: its blocks hold where no DestinationRule has one. */
function withDefaults(mesh: JsonObject | undefined, policy: TrafficPolicy | undefined): TrafficPolicy | undefined {
  const { connectionPool, outlierDetection } = (mesh ?? {}) as Pick<
    TrafficPolicy,
    'connectionPool' | 'outlierDetection'
  >;
  if (!connectionPool && !outlierDetection) return policy;
  return { ...present({ connectionPool, outlierDetection }), ...present(policy ?? {}) };
}

function present<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
