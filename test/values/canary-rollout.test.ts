import { Duration } from 'cdk8s';
import { type CanaryRollout, RolloutController, RolloutGate } from '../../src';
import { rolloutPlan } from '../../src/values/canary-rollout';
import { refusal } from '../support/refusal';

const { ARGO_ROLLOUTS, FLAGGER, STATIC } = RolloutController;
const pause = Duration.minutes(10);
const steps = [
  { weight: 5, pause },
  { weight: 50, pause },
];
const plan = (rollout: Partial<CanaryRollout>, hasGrpc = true) =>
  rolloutPlan({ steps, ...rollout }, hasGrpc, 'shop/next');
const status = RolloutGate.grpcStatus({ atLeast: 99 });
const latency = RolloutGate.latency({ percentile: 99, atMost: Duration.seconds(1) });

test('nobody but whoever edits the weight carries it out, and asks for nothing', () => {
  expect(plan({})).toEqual({
    controller: STATIC,
    steps: [
      { weight: 5, pauseSeconds: 600 },
      { weight: 50, pauseSeconds: 600 },
    ],
    gates: [],
    prometheus: 'http://prometheus.istio-system:9090',
  });
});

test.each<[string, string, () => unknown]>([
  ['no steps', 'NoSteps', () => plan({ steps: [] })],
  ['a step of nobody', 'InvalidWeight', () => plan({ steps: [{ weight: 0, pause }] })],
  ['a step of everybody', 'InvalidWeight', () => plan({ steps: [{ weight: 100, pause }] })],
  ['half a percent', 'InvalidWeight', () => plan({ steps: [{ weight: 0.5, pause }] })],
  ['a step back', 'InvalidWeight', () => plan({ steps: [...steps].reverse() })],
  ['a step twice', 'InvalidWeight', () => plan({ steps: [steps[0], steps[0]] })],
  ['half a second', 'InvalidDuration', () => plan({ steps: [{ weight: 5, pause: Duration.millis(500) }] })],
  ['no time', 'InvalidDuration', () => plan({ steps: [{ weight: 5, pause: Duration.seconds(0) }] })],
  ['two gates of a kind', 'DuplicateGate', () => plan({ gates: [status, status] })],
  ['statuses of plain HTTP', 'GateNotGrpc', () => plan({ gates: [status] }, false)],
  ['no address', 'InvalidAddress', () => plan({ prometheus: 'prometheus:9090' })],
  ['another protocol', 'InvalidAddress', () => plan({ prometheus: 'file:///tmp' })],
  [
    'pauses of different length with Flagger',
    'UnequalPauses',
    () => plan({ controller: FLAGGER, steps: [steps[0], { weight: 50, pause: Duration.minutes(5) }] }),
  ],
  ['a wait for somebody with Flagger', 'UnequalPauses', () => plan({ controller: FLAGGER, steps: [{ weight: 5 }] })],
])('%s: refused', (_, code, attempt) => {
  expect(refusal(attempt).code).toBe(code);
});

test.each<[string, () => unknown]>([
  ['the first and the last percent', () => plan({ steps: [{ weight: 1 }, { weight: 99 }] })],
  ['gates of two kinds', () => plan({ gates: [status, latency] })],
  ['a latency of plain HTTP', () => plan({ gates: [latency] }, false)],
  [
    'pauses of different length with Argo',
    () => plan({ controller: ARGO_ROLLOUTS, steps: [steps[0], { weight: 50 }] }),
  ],
  ['one pause with Flagger', () => plan({ controller: FLAGGER })],
])('%s: accepted', (_, attempt) => {
  expect(attempt).not.toThrow();
});
