import fc from 'fast-check';
import type { Answer, LiveMesh } from '../ask';
import { nameOf, objectOf, often, type Rule } from './arbitrary';
import { type Comparison, compared } from './compared';
import { delegations, edgeDelegations } from './delegates';
import { addressPolicies, authorizationPolicies, peerAuthentications, tokenPolicies } from './policies';
import { Foreteller, type Prediction } from './predicted';
import { callOf, edgeProbes, outboundProbes, type Probe, probes, rawProbes, tokenProbes } from './probes';
import { tcpVirtualServices } from './tcp-routes';
import { requestAuthentications } from './tokens';
import { destinationRules, edgeVirtualServices, GATEWAY_OBJECT, openEdge, sidecars, virtualServices } from './traffic';
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

const round = (rules: fc.Arbitrary<readonly Rule[]>, of: fc.Arbitrary<Probe>): fc.Arbitrary<Round> =>
  fc.record({ rules, probes: fc.array(of, { minLength: 1, maxLength: CALLS, size: 'max' }) });

const upTo = (maxLength: number, of: fc.Arbitrary<Rule>, minLength = 1) => fc.array(of, { minLength, maxLength });

const both = (one: fc.Arbitrary<Rule[]>, other: fc.Arbitrary<Rule[]>) =>
  fc.tuple(one, other).map((rules): Rule[] => rules.flat());

/** Rounds of few kinds of rules find what others would hide. */
export const rounds: fc.Arbitrary<Round> = often<Round>(
  [4, round(upTo(7, anyRule, 0), probes)],
  [2, round(upTo(3, authorizationPolicies), probes)],
  [2, round(upTo(4, often<Rule>([3, virtualServices], [2, destinationRules])), probes)],
  [2, round(upTo(4, often<Rule>([3, requestAuthentications], [3, tokenPolicies], [1, anyRule])), tokenProbes)],
  [1, round(both(upTo(3, addressPolicies), upTo(1, openEdge)), edgeProbes)],
  [
    1,
    round(
      upTo(4, often<Rule>([4, tcpVirtualServices], [2, destinationRules], [1, anyRule])),
      often([3, rawProbes], [1, probes]),
    ),
  ],
  [1, round(upTo(4, often<Rule>([2, sidecars], [2, virtualServices], [1, anyRule])), outboundProbes)],
  [1, round(both(delegations, upTo(2, often<Rule>([1, destinationRules], [1, anyRule]), 0)), probes)],
  [
    1,
    round(
      often<readonly Rule[]>([3, upTo(4, often<Rule>([3, edgeVirtualServices], [1, anyRule]))], [1, edgeDelegations]),
      edgeProbes,
    ),
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

export interface Played {
  /** Without those that no cluster takes. */
  readonly rules: readonly Rule[];
  readonly findings: readonly Finding[];
}

/** Asks both about a round. Rules that no cluster takes are left out for both. */
export async function play(mesh: LiveMesh, { rules, probes: asked }: Round): Promise<Played> {
  const taken = await load(mesh, rules);
  const foreteller = new Foreteller([...WORLD, GATEWAY_OBJECT, ...taken.map(({ object }) => object)]);
  const predictions = asked.map((probe) => foreteller.predict(probe));
  const ask = async () => {
    const answers = await mesh.ask(asked.map((probe, at) => callOf(probe, String(at))));
    return asked.map((probe, at): Finding => {
      const [prediction, answer] = [predictions[at], answers[at]];
      return { probe, prediction, answer, comparison: compared(probe, prediction, answer), wavered: false };
    });
  };
  const played = { rules: taken.map(({ rule }) => rule) };
  const findings = await ask();
  if (!findings.some(isWrong)) return { ...played, findings };
  // A proxy may have lost its endpoints on the way from other rules to these, and a connection may break. What counts
  // is what a mesh does that comes from nowhere.
  await load(mesh, []);
  await load(mesh, rules);
  const second = await ask();
  const last = second.map((finding, at) => ({ ...finding, wavered: isWrong(findings[at]) && !isWrong(finding) }));
  return { ...played, findings: last };
}

export function isWrong({ comparison }: Finding): boolean {
  return comparison.kind === 'disagreed';
}

/** The rules that were taken, each as an object. */
async function load(mesh: LiveMesh, rules: readonly Rule[]): Promise<{ rule: Rule; object: string }[]> {
  const objects = rules.map(objectOf);
  const { refused, rejected } = await mesh.load({ manifests: [...WORLD, GATEWAY_OBJECT, ...objects] });
  if (rejected.length > 0) throw new Error(`proxies refuse what istiod makes of ${objects.join('\n')}: ${rejected}`);
  const names = new Set(refused.map(({ object }) => object));
  return rules.flatMap((rule, at) =>
    names.has(`${rule.kind} ${rule.namespace}/${nameOf(rule, at)}`) ? [] : [{ rule, object: objects[at] }],
  );
}
