import type { Outcome } from '../verdict';
import type { AccessMatrix } from './access-matrix';

/** A pair whose answer a change of manifests changes. */
export interface AccessChange {
  readonly party: string;
  readonly rpc: string;
  readonly before: Outcome;
  readonly after: Outcome;
}

/** What a change grants and revokes: first the grants, then the doubts, then what is refused from now on. */
export function accessDiff(before: AccessMatrix, after: AccessMatrix): AccessChange[] {
  const outcomes = (matrix: AccessMatrix) =>
    new Map(matrix.cells.map(({ party, rpc, outcome }) => [`${rpc.name}\n${party.name}`, { party, rpc, outcome }]));
  const [old, young] = [outcomes(before), outcomes(after)];
  const changes: AccessChange[] = [];
  for (const key of new Set([...old.keys(), ...young.keys()])) {
    const [rpc, party] = key.split('\n', 2);
    const change = {
      party,
      rpc,
      before: old.get(key)?.outcome ?? 'deny',
      after: young.get(key)?.outcome ?? 'deny',
    } as const;
    if (change.before !== change.after) {
      changes.push(change);
    }
  }
  return changes.sort((a, b) => GRAVITY[a.after] - GRAVITY[b.after]);
}

const GRAVITY: Readonly<Record<Outcome, number>> = { allow: 0, unknown: 1, deny: 2 };
