import { type Decision, type NearMiss, noNearMisses, type Outcome, type Reason } from './verdict';

/** A layer's decision, and what a gRPC client sees if it is a deny. */
export interface Step {
  readonly decision: Decision;
  readonly grpcStatus: number | undefined;
}

export interface Passage extends Decision {
  /** What a gRPC client sees of a deny; absent where nobody can tell. */
  readonly grpcStatus?: number;
}

/**
 * Layers that a call passes one after another: the first that denies decides, whatever is unknown before it. But what
 * a client sees then depends on that.
 *
 * Steps are asked only as far as needed.
 */
export function inTurn(steps: Iterable<Step>): Passage {
  const reasons: Reason[] = [];
  const missing: string[] = [];
  const unsure: Reason[] = [];
  const mayEndWith: (number | undefined)[] = [];
  for (const { decision, grpcStatus } of steps) {
    if (decision.outcome === 'deny') {
      const { reasons: why, nearMisses } = decision;
      const seen = mayEndWith.every((status) => status === grpcStatus) ? grpcStatus : undefined;
      return { outcome: 'deny', reasons: why, nearMisses, missing: decision.missing, grpcStatus: seen };
    }
    if (decision.outcome === 'unknown') {
      missing.push(...decision.missing);
      unsure.push(...decision.reasons);
      mayEndWith.push(grpcStatus);
    } else {
      reasons.push(...decision.reasons);
    }
  }
  return mayEndWith.length > 0
    ? { outcome: 'unknown', reasons: unsure, nearMisses: noNearMisses, missing }
    : { outcome: 'allow', reasons, nearMisses: noNearMisses, missing };
}

/** Places of which a call reaches one, by chance: it is allowed if all of them agree to. */
export function eitherOf(places: readonly Passage[], chance: string): Passage {
  const [first, ...others] = places;
  if (others.length === 0) {
    return first;
  }
  if (others.every(({ outcome }) => outcome === first.outcome)) {
    return {
      outcome: first.outcome,
      reasons: distinct(places.flatMap(({ reasons }) => reasons)),
      nearMisses: () => distinctMisses(places.flatMap(({ nearMisses }) => nearMisses())),
      missing: [...new Set(places.flatMap(({ missing }) => missing))],
      ...(others.every(({ grpcStatus }) => grpcStatus === first.grpcStatus) && { grpcStatus: first.grpcStatus }),
    };
  }
  const refusing = places.filter(({ outcome }) => outcome !== 'allow');
  return {
    outcome: 'unknown' satisfies Outcome,
    reasons: distinct(refusing.flatMap(({ reasons }) => reasons)),
    nearMisses: noNearMisses,
    missing: [chance, ...new Set(refusing.flatMap(({ missing }) => missing))],
  };
}

function distinct(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map((reason) => [reason.text, reason])).values()];
}

function distinctMisses(misses: readonly NearMiss[]): NearMiss[] {
  return [...new Map(misses.map((miss) => [`${miss.object.name} ${miss.path.join('.')}`, miss])).values()];
}
