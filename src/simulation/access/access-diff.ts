import type { Outcome } from '../verdict';
import type { AccessMatrix, Cell } from './access-matrix';

/** A pair whose answer a change of manifests changes. */
export interface AccessChange {
  readonly party: string;
  readonly rpc: string;
  /** Of the service that is called. */
  readonly namespace: string;
  readonly before: Outcome;
  readonly after: Outcome;
}

/** What a change grants and revokes: first the grants, then the doubts, then what is refused from now on. */
export function accessDiff(before: AccessMatrix, after: AccessMatrix): AccessChange[] {
  const [old, young] = [cellsOf(before), cellsOf(after)];
  const changes: AccessChange[] = [];
  for (const [key, { party, rpc }] of new Map([...old, ...young])) {
    // Where a side has no cell, it either refuses the pair, or does not name it and must be asked.
    const change = {
      party: party.name,
      rpc: rpc.name,
      namespace: rpc.service.namespace,
      before: old.get(key)?.outcome ?? before.outcomeOf(party.name, rpc),
      after: young.get(key)?.outcome ?? after.outcomeOf(party.name, rpc),
    };
    if (change.before !== change.after) {
      changes.push(change);
    }
  }
  return changes.sort((a, b) => GRAVITY[a.after] - GRAVITY[b.after]);
}

function cellsOf({ cells }: AccessMatrix): ReadonlyMap<string, Cell> {
  return new Map(
    cells.map((cell) => {
      const { service, port, path = '' } = cell.rpc;
      return [`${cell.party.name} ${service.host}:${port.number}${path}`, cell];
    }),
  );
}

const GRAVITY: Readonly<Record<Outcome, number>> = { allow: 0, unknown: 1, deny: 2 };
