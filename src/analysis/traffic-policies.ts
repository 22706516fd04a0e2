import type { Manifest } from '../manifests/manifest';
import type { Path } from '../manifests/path';
import type { Bodies, PortTrafficPolicy, TrafficPolicy } from '../manifests/types';

export type DestinationRule = Manifest<Bodies['networking.istio.io/DestinationRule']>;

/** One block of settings of a DestinationRule: for all ports, for one of them, or for a subset. */
export interface WrittenPolicy {
  readonly object: DestinationRule;
  readonly policy: PortTrafficPolicy;
  readonly path: Path;
  /** `undefined` for all ports. */
  readonly port?: number;
  readonly subset?: string;
}

export function* trafficPoliciesOf(object: DestinationRule): Iterable<WrittenPolicy> {
  const { trafficPolicy, subsets = [] } = object.body.spec ?? {};
  yield* layers(object, trafficPolicy, ['spec', 'trafficPolicy']);
  for (const [index, subset] of subsets.entries()) {
    yield* layers(object, subset.trafficPolicy, ['spec', 'subsets', index, 'trafficPolicy'], subset.name);
  }
}

function* layers(
  object: DestinationRule,
  policy: TrafficPolicy | undefined,
  path: Path,
  subset?: string,
): Iterable<WrittenPolicy> {
  if (!policy) return;
  yield { object, policy, path, subset };
  for (const [index, settings] of (policy.portLevelSettings ?? []).entries()) {
    const { port } = settings;
    yield { object, policy: settings, path: [...path, 'portLevelSettings', index], port: port?.number, subset };
  }
}
