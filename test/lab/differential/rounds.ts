import fc from 'fast-check';
import type { Answer, LiveMesh } from '../ask';
import { objectOf, often, type Rule } from './arbitrary';
import { type Comparison, compared } from './compared';
import { authorizationPolicies, peerAuthentications, requestAuthentications } from './policies';
import { Foreteller, type Prediction } from './predicted';
import { callOf, edgeProbes, type Probe, probes } from './probes';
import { destinationRules, edgeVirtualServices, GATEWAY_OBJECT, sidecars, virtualServices } from './traffic';
import { WORLD } from './world';

/** Rules for the pods of the world, and calls to try them. */
export interface Round {
  readonly rules: readonly Rule[];
  readonly probes: readonly Probe[];
}

const anyRule = often<Rule>(
  [6, authorizationPolicies],
  [2, peerAuthentications],
  [1, requestAuthentications],
  [3, virtualServices],
  [2, destinationRules],
  [2, sidecars],
);

/** Calls per round, at most: what a round costs is mostly its rules. */
const CALLS = 48;

const calls = (of: fc.Arbitrary<Probe>) => fc.array(of, { minLength: 1, maxLength: CALLS, size: 'max' });

/** Rounds of few kinds of rules find what others would hide. */
export const rounds: fc.Arbitrary<Round> = often<Round>(
  [4, fc.record({ rules: fc.array(anyRule, { maxLength: 7 }), probes: calls(probes) })],
  [
    2,
    fc.record({
      rules: fc.array(authorizationPolicies, { minLength: 1, maxLength: 3 }),
      probes: calls(probes),
    }),
  ],
  [
    2,
    fc.record({
      rules: fc.array(often<Rule>([3, virtualServices], [2, destinationRules]), { minLength: 1, maxLength: 4 }),
      probes: calls(probes),
    }),
  ],
  [
    1,
    fc.record({
      rules: fc.array(often<Rule>([3, edgeVirtualServices], [1, anyRule]), { minLength: 1, maxLength: 4 }),
      probes: calls(edgeProbes),
    }),
  ],
);

export interface Finding {
  readonly probe: Probe;
  readonly prediction: Prediction;
  readonly comparison: Comparison;
  readonly answer: Answer;
  /** Asked once more, the mesh has said what was predicted. */
  readonly wavered: boolean;
}

/** Asks both about a round. Rules that no cluster takes are left out for both. */
export async function play(mesh: LiveMesh, { rules, probes: asked }: Round): Promise<readonly Finding[]> {
  const manifests = await load(mesh, rules);
  const foreteller = new Foreteller(manifests);
  const predictions = asked.map((probe) => foreteller.predict(probe));
  const ask = async () => {
    const answers = await mesh.ask(asked.map((probe, at) => callOf(probe, String(at))));
    return asked.map((probe, at): Finding => {
      const [prediction, answer] = [predictions[at], answers[at]];
      return { probe, prediction, answer, comparison: compared(probe, prediction, answer), wavered: false };
    });
  };
  const findings = await ask();
  if (!findings.some(isWrong)) return findings;
  // A proxy may have lost its endpoints on the way from other rules to these, and a connection may break. What counts
  // is what a mesh does that comes from nowhere.
  await load(mesh, []);
  await load(mesh, rules);
  const second = await ask();
  return second.map((finding, at) => ({ ...finding, wavered: isWrong(findings[at]) && !isWrong(finding) }));
}

export function isWrong({ comparison }: Finding): boolean {
  return comparison.kind === 'disagreed';
}

async function load(mesh: LiveMesh, rules: readonly Rule[]): Promise<string[]> {
  const objects = rules.map(objectOf);
  const { refused, rejected } = await mesh.load({ manifests: [...WORLD, GATEWAY_OBJECT, ...objects] });
  if (rejected.length > 0) throw new Error(`proxies refuse what istiod makes of ${objects.join('\n')}: ${rejected}`);
  const names = new Set(refused.map(({ object }) => object));
  const taken = objects.filter((_, at) => !names.has(`${rules[at].kind} ${rules[at].namespace}/r${at}`));
  return [...WORLD, GATEWAY_OBJECT, ...taken];
}
