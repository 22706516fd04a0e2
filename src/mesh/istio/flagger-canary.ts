import type { RolloutGate } from '../../values/rollout-gate';
import type { Rollout } from '../service';
import { gateQuery } from './rollout-metrics';
import { settingsPolicy } from './traffic-policy';
import type { VirtualServiceSpec } from './types';

/** Longer than two scrapes, so that a rate is always known. */
const WINDOW = '2m';

/**
 * A Canary of Flagger that copies the Deployment of the service, and keeps the weights in a VirtualService of its own.
 * The routes of the service delegate to that one, so that each RPC keeps its deadline and retries.
 *
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function flaggerCanary({ name, service, plan }: Rollout): object {
  const shifted = service.shifted?.port;
  const protocol = service.web && shifted === service.grpcPort ? 'grpc-web' : shifted?.protocol;
  return {
    provider: 'istio',
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service.name },
    service: {
      name,
      port: shifted?.port,
      targetPort: shifted?.containerPort,
      portName: protocol,
      appProtocol: protocol,
      portDiscovery: false,
      delegation: true,
      trafficPolicy: understood(settingsPolicy(service.traffic)),
    },
    analysis: {
      interval: `${plan.steps[0]?.pauseSeconds}s`,
      threshold: 1,
      stepWeights: plan.steps.map(({ weight }) => weight),
      metrics: plan.gates.map((gate) => ({
        name: gate._name,
        templateRef: { name: metricName(name, gate) },
        thresholdRange: gate._status ? { min: gate._status.atLeast } : { max: gate._latency?.atMostMillis },
        interval: WINDOW,
      })),
    },
  };
}

/**
 * Where calls go until Flagger has written its own weights here: to all pods. Without it Istio would leave out every
 * route that delegates.
 */
export function flaggerDelegate({ service }: Rollout): VirtualServiceSpec {
  const number = service.shifted?.port.port;
  return { http: [{ route: [{ destination: { host: service.host, port: { number } } }] }] };
}

/** What a gate asks; Flagger fills in the workload that is tried. Without calls it waits. */
export function flaggerMetric({ plan }: Rollout, gate: RolloutGate): object {
  const labels = { destination_workload: '{{ target }}', destination_workload_namespace: '{{ namespace }}' };
  const query = gateQuery(gate, labels, '{{ interval }}');
  return { provider: { type: 'prometheus', address: plan.prometheus }, query };
}

/** Name of the MetricTemplate of a gate. */
export function metricName(name: string, gate: RolloutGate): string {
  return `${name}-${gate._name}`;
}

// Flagger knows nothing of TCP, and loses a false. Fixed shares of everywhere say the same as locality switched off.
function understood({ connectionPool = {}, loadBalancer = {}, outlierDetection }: ReturnType<typeof settingsPolicy>) {
  const { http } = connectionPool;
  const { warmup, localityLbSetting, ...choice } = loadBalancer;
  return {
    connectionPool: { http },
    loadBalancer: {
      ...choice,
      localityLbSetting: localityLbSetting?.enabled
        ? localityLbSetting
        : { enabled: true, distribute: [{ from: '*', to: { '*': 100 } }] },
      ...(warmup && { warmupDurationSecs: warmup.duration }),
    },
    outlierDetection,
  };
}
