import type { Construct } from 'constructs';
import { OwnedObject } from './owned-object';
import type { PodDisruptionBudgetSpec } from './types';

/**
 * Lets a node be drained one pod at a time.
 *
 * `maxUnavailable` and not `minAvailable`: with a single replica the latter would block every drain. Pods that are not
 * ready anyway may always go.
 */
export function podDisruptionBudget(scope: Construct, name: string, labels: Record<string, string>): void {
  new OwnedObject<PodDisruptionBudgetSpec>(scope, 'PodDisruptionBudget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    name,
    spec: () => ({
      maxUnavailable: 1,
      selector: { matchLabels: labels },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    }),
  });
}
