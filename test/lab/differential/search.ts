import fc from 'fast-check';
import { dump } from 'js-yaml';
import type { LiveMesh } from '../ask';
import { objectOf } from './arbitrary';
import { Coverage } from './coverage';
import { type Finding, isWrong, play, type Round, rounds } from './rounds';
import { shrink } from './shrink';

export interface Search {
  readonly seed: number;
  readonly decisions: number;
}

/** All that was asked, and the first round that both judge differently: as small as it could be made, in words. */
export interface Result {
  readonly coverage: Coverage;
  readonly disagreement?: string;
}

/** How many smaller rounds are tried for one that failed. */
const PATIENCE = 400;

/** How often a call is made that may fail by chance: a service has two pods. */
const TIMES = 8;

/** Asks the simulation and a running mesh the same until they disagree, or enough is asked. */
export async function search(mesh: LiveMesh, { seed, decisions }: Search): Promise<Result> {
  const coverage = new Coverage();
  let failed: { round: Round; finding: Finding } | undefined;
  const agrees = async (round: Round): Promise<boolean> => {
    if (coverage.decisions >= decisions) return true;
    const { rules, findings } = await play(mesh, round);
    coverage.add(rules, findings);
    const finding = findings.find(isWrong);
    if (finding) failed = { round: { ...round, probes: [finding.probe] }, finding };
    return finding === undefined;
  };
  const { errorInstance } = await fc.check(fc.asyncProperty(rounds, agrees), {
    seed,
    numRuns: decisions,
    endOnFailure: true,
  });
  if (!failed) {
    if (errorInstance) throw errorInstance;
    return { coverage };
  }
  let { finding } = failed;
  const fails = async ({ rules, probes: [probe] }: Round): Promise<boolean> => {
    // Without one of its fields an object may be none at all, and then nothing is known of the round.
    const again = await play(mesh, { rules, probes: Array.from({ length: TIMES }, () => probe) }).then(
      ({ findings }) => findings.find(isWrong),
      () => undefined,
    );
    finding = again ?? finding;
    return again !== undefined;
  };
  const smallest = await shrink(failed.round, fails, PATIENCE);
  return { coverage, disagreement: told(smallest, finding) };
}

function told({ rules }: Round, { probe, prediction, comparison, answer }: Finding): string {
  const because = prediction.reasons.map(({ text }) => text);
  return [
    ...rules.map((rule, at) => dump(JSON.parse(objectOf(rule, at)), { flowLevel: 3, lineWidth: 120 })),
    JSON.stringify({ probe, comparison, because, missing: prediction.missing, answer }, undefined, 2),
  ].join('\n---\n');
}
