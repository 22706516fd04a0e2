import { MeshError } from './errors';
import { RolloutController, type RolloutPlan } from './values/canary-rollout';

/** Percent of the calls that the new version gets; undefined: a controller decides. */
export function weightOf(
  { weight, pinHeader }: { readonly weight?: number; readonly pinHeader?: string },
  plan: RolloutPlan | undefined,
  where: string,
): number | undefined {
  if (plan && plan.controller !== RolloutController.STATIC) {
    if (weight !== undefined) throw weightOfController(weight, plan, where);
    if (pinHeader !== undefined && plan.controller === RolloutController.FLAGGER) throw pinWithFlagger(where);
    return undefined;
  }
  const percents = percent(weight ?? Number.NaN, where);
  const steps = [0, ...(plan?.steps.map((step) => step.weight) ?? []), 100];
  if (!plan || steps.includes(percents)) return percents;
  throw new MeshError({
    code: 'InvalidWeight',
    where,
    what: `the weight is ${percents}, which is none of its steps.`,
    why: 'Steps that nobody takes would be no description of the release.',
    fix: `weight: ${steps.find((step) => step > percents)}   // one of ${steps.join(', ')}`,
  });
}

function weightOfController(weight: number, { controller }: RolloutPlan, where: string): MeshError {
  return new MeshError({
    code: 'WeightOfController',
    where,
    what: `the weight is ${weight}, and ${controller} shall change it.`,
    why: 'Of two owners each would undo what the other one did.',
    fix: 'leave the weight out',
  });
}

function pinWithFlagger(where: string): MeshError {
  return new MeshError({
    code: 'PinWithFlagger',
    where,
    what: 'it has a pinHeader, and Flagger shall split the calls.',
    why: 'Flagger leads a header to the canary only instead of weights, not beside them.',
    fix: 'controller: RolloutController.ARGO_ROLLOUTS',
  });
}

function percent(weight: number, where: string): number {
  if (Number.isInteger(weight) && weight >= 0 && weight <= 100) return weight;
  throw new MeshError({
    code: 'InvalidWeight',
    where,
    what: `the weight is ${weight}, a whole number from 0 to 100 is needed.`,
    why: 'It is the percentage of calls that the new version gets; the stable version gets the rest.',
    fix: 'weight: 10',
  });
}
