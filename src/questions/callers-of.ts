import type { AccessMatrix } from '../simulation/access/access-matrix';
import type { Party } from '../simulation/access/party';
import type { Rpc } from '../simulation/access/rpc';

/** One RPC, and who may call it: a row of an access matrix as people read it. */
export interface Callable {
  readonly rpc: Rpc;
  readonly allowed: readonly string[];
  /** Of whom the manifests do not say it. */
  readonly unknown: readonly string[];
}

/** Every RPC of a matrix in its order, those that nobody may call included. */
export function callersOf(matrix: AccessMatrix, parties: readonly Party[] = matrix.parties): Callable[] {
  const names = new Set(parties.map(({ name }) => name));
  const byRpc = new Map<Rpc, { allow: string[]; unknown: string[] }>(
    matrix.rpcs.map((rpc) => [rpc, { allow: [], unknown: [] }]),
  );
  for (const { party, rpc, outcome } of matrix.cells) {
    if (outcome !== 'deny' && names.has(party.name)) byRpc.get(rpc)?.[outcome].push(party.name);
  }
  return [...byRpc].map(([rpc, { allow, unknown }]) => ({ rpc, allowed: distinct(allow), unknown: distinct(unknown) }));
}

/** Two kinds of workload may share a name. */
function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}
