import type { RolloutGate } from '../../values/rollout-gate';
import type { Rollout } from '../service';
import { gateQuery } from './rollout-metrics';
import { splitRoutes } from './split-routes';

/** Longer than two scrapes, so that a rate is always known. */
const WINDOW = '2m';

/**
 * A Rollout of Argo that takes its pods from the Deployment of the service, and moves weights between the subsets of
 * its DestinationRule in every route that splits calls.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/#subset-level-traffic-splitting
 */
export function argoRollout(rollout: Rollout): object {
  const { name, service, replicas, plan } = rollout;
  return {
    replicas,
    workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service.name, scaleDown: 'progressively' },
    strategy: {
      canary: {
        maxSurge: '25%',
        maxUnavailable: 0,
        trafficRouting: {
          istio: {
            virtualServices: splitRoutes(rollout),
            destinationRule: { name: service.name, stableSubsetName: 'stable', canarySubsetName: 'canary' },
          },
        },
        ...(plan.gates.length > 0 && { analysis: { startingStep: 1, templates: [{ templateName: name }] } }),
        steps: plan.steps.flatMap(({ weight, pauseSeconds }) => [
          { setWeight: weight },
          { pause: pauseSeconds === undefined ? {} : { duration: `${pauseSeconds}s` } },
        ]),
      },
    },
  };
}

/**
 * What has to hold of the new version, minute by minute.
 *
 * One bad minute ends the release. Without calls there is neither success nor failure, and it waits for somebody.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export function argoAnalysis({ service, version, plan }: Rollout): object {
  const labels = { destination_service: service.host, destination_version: version };
  return {
    metrics: plan.gates.map((gate) => ({
      name: gate._name,
      interval: '1m',
      initialDelay: WINDOW,
      successCondition: known(holds(gate)),
      failureCondition: known(`!(${holds(gate)})`),
      provider: { prometheus: { address: plan.prometheus, query: gateQuery(gate, labels, WINDOW) } },
    })),
  };
}

function holds({ _status, _latency }: RolloutGate): string {
  return _status ? `result[0] >= ${_status.atLeast}` : `result[0] <= ${_latency?.atMostMillis}`;
}

function known(condition: string): string {
  return `len(result) > 0 && !isNaN(result[0]) && ${condition}`;
}
