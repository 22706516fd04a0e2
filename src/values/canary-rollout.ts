import type { Duration } from 'cdk8s';
import { MeshError } from '../errors';
import type { RolloutGate } from './rollout-gate';

/** Who changes the weight of a canary. */
export enum RolloutController {
  /** Whoever edits the program: the weight is that of the props. */
  STATIC = 'static',
  /** The controller of Argo Rollouts, which has to be in the cluster. */
  ARGO_ROLLOUTS = 'argo-rollouts',
  /** Flagger, which has to be in the cluster, told to tell pods apart by `app.kubernetes.io/instance`. */
  FLAGGER = 'flagger',
}

/** A weight and how long it stays. */
export interface RolloutStep {
  /** Percent of the calls that the new version gets: a whole number from 1 to 99, more than the step before. */
  readonly weight: number;

  /**
   * How long it stays before the next step. Whole seconds. With Flagger the same for all steps.
   *
   * @default - until somebody goes on by hand; not with Flagger
   */
  readonly pause?: Duration;
}

/**
 * How a new version gets more and more of the calls, and what has to hold meanwhile.
 *
 * One description for all controllers: a team may begin by hand and leave the work to a controller later.
 *
 * Refused by the canary: `NoSteps`, `InvalidWeight`, `InvalidDuration`, `UnequalPauses`, `WeightOfController`,
 * `DuplicateGate`, `GateNotGrpc`, `InvalidAddress`, `PinWithFlagger`.
 */
export interface CanaryRollout {
  /** Weights in the order in which they are tried. After the last one the new version gets all calls. */
  readonly steps: RolloutStep[];

  /**
   * What has to hold all the time. If something does not, the old version gets all calls again.
   *
   * With `STATIC` nobody asks: it is up to whoever edits the weight.
   *
   * @default - none: only time passes
   */
  readonly gates?: RolloutGate[];

  /**
   * Who changes the weight.
   *
   * @default RolloutController.STATIC
   */
  readonly controller?: RolloutController;

  /**
   * Address of the Prometheus that has the metrics of the proxies. The controller has to reach it.
   *
   * @default 'http://prometheus.istio-system:9090'
   */
  readonly prometheus?: string;
}

/** A rollout that is checked, every default applied. */
export interface RolloutPlan {
  readonly controller: RolloutController;
  readonly steps: { readonly weight: number; readonly pauseSeconds?: number }[];
  readonly gates: RolloutGate[];
  readonly prometheus: string;
}

/** What the user said, checked as a whole. */
export function rolloutPlan(rollout: CanaryRollout, hasGrpc: boolean, where: string): RolloutPlan {
  const { controller = RolloutController.STATIC, gates = [] } = rollout;
  const { prometheus = 'http://prometheus.istio-system:9090' } = rollout;
  const steps = rollout.steps.map(({ weight, pause }) => ({ weight, pauseSeconds: pauseOf(pause, where) }));
  const weights = steps.map(({ weight }) => weight);
  if (steps.length === 0) throw noSteps(where);
  const wrong = weights.find((weight, i) => !isStep(weight) || weight <= (weights[i - 1] ?? 0));
  if (wrong !== undefined) throw invalidStep(weights, where);
  const pauses = new Set(steps.map(({ pauseSeconds }) => pauseSeconds));
  if (controller === RolloutController.FLAGGER && (pauses.size > 1 || pauses.has(undefined))) throw unequal(where);
  const names = gates.map(({ _name }) => _name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw duplicateGate(twice, where);
  if (!hasGrpc && gates.some(({ _status }) => _status)) throw gateNotGrpc(where);
  if (!URL.canParse(prometheus) || !/^https?:/.test(prometheus)) throw invalidAddress(prometheus, where);
  return { controller, steps, gates: [...gates], prometheus };
}

function isStep(weight: number): boolean {
  return Number.isInteger(weight) && weight >= 1 && weight <= 99;
}

function pauseOf(pause: Duration | undefined, where: string): number | undefined {
  const seconds = pause?.toSeconds({ integral: false });
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 1)) return seconds;
  throw new MeshError({
    code: 'InvalidDuration',
    where,
    what: `a pause is ${seconds} s.`,
    why: 'Controllers count in whole seconds, at least 1.',
    fix: 'steps: [{ weight: 10, pause: Duration.minutes(10) }]',
  });
}

const STEPS = 'steps: [{ weight: 5, pause: Duration.minutes(10) }, { weight: 50, pause: Duration.minutes(10) }]';

function noSteps(where: string): MeshError {
  return new MeshError({
    code: 'NoSteps',
    where,
    what: 'its rollout has no steps.',
    why: 'The new version would get all calls at once, which is no canary.',
    fix: STEPS,
  });
}

function invalidStep(weights: number[], where: string): MeshError {
  return new MeshError({
    code: 'InvalidWeight',
    where,
    what: `its steps have the weights ${weights.join(', ')}.`,
    why: 'Each is a whole number from 1 to 99 and more than the one before; 100 comes by itself after the last one.',
    fix: STEPS,
  });
}

function unequal(where: string): MeshError {
  return new MeshError({
    code: 'UnequalPauses',
    where,
    what: 'its steps do not all have the same pause.',
    why: 'Flagger has one interval for all steps, and does not wait for anybody.',
    fix: STEPS,
  });
}

function duplicateGate(name: string, where: string): MeshError {
  return new MeshError({
    code: 'DuplicateGate',
    where,
    what: `it has two gates of the kind '${name}'.`,
    why: 'Whoever reads that it failed could not tell which of the two it was.',
    fix: 'gates: [RolloutGate.grpcStatus({ atLeast: 99 })]',
  });
}

function gateNotGrpc(where: string): MeshError {
  return new MeshError({
    code: 'GateNotGrpc',
    where,
    what: 'a gate asks for gRPC statuses of a service without a gRPC port.',
    why: 'There would never be an answer, and the release would wait for ever.',
    fix: 'gates: [RolloutGate.latency({ percentile: 99, atMost: Duration.millis(500) })]',
  });
}

function invalidAddress(address: string, where: string): MeshError {
  return new MeshError({
    code: 'InvalidAddress',
    where,
    what: `'${address}' is not the address of a Prometheus.`,
    why: 'The controller would get no answer, and the release would wait or fail.',
    fix: "prometheus: 'http://prometheus.istio-system:9090'",
  });
}
