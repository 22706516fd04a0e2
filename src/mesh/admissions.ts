import { MeshError } from '../errors';
import type { MeshPort } from '../values/mesh-port';
import type { Admission, Caller, Operations } from './contract';

/** An AuthorizationPolicy holds no more rules. */
const MAX_CALLERS = 512;

/** Who may do what on one service. Grows with every verb, one entry per caller and port. */
export class Admissions {
  private readonly callers = new Map<string, { caller?: Caller; ports: Map<MeshPort, Set<string> | undefined> }>();

  /** Admits a caller to these operations; `caller` undefined: everybody who has an identity. */
  public add(caller: Caller | undefined, operations: Operations[], where: string): void {
    const key = caller ? keyOf(caller) : '*';
    const entry = this.callers.get(key) ?? { caller, ports: new Map() };
    if (!this.callers.has(key) && this.callers.size === MAX_CALLERS) throw tooMany(where);
    this.callers.set(key, entry);
    for (const { port, paths } of operations) {
      const known = entry.ports.get(port);
      const all = paths === undefined || (entry.ports.has(port) && known === undefined);
      entry.ports.set(port, all ? undefined : new Set([...(known ?? []), ...paths]));
    }
  }

  /** Every admission, in an order that does not depend on who spoke first. */
  public list(order: (paths: string[]) => string[]): Admission[] {
    const sorted = [...this.callers].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, { caller, ports }]) => ({
      caller,
      operations: [...ports]
        .sort(([a], [b]) => a.containerPort - b.containerPort || a.port - b.port)
        .map(([port, paths]) => ({ port, ...(paths && { paths: order([...paths]) }) })),
    }));
  }
}

function keyOf({ identity: { trustDomain, namespace, serviceAccount }, pods }: Caller): string {
  return JSON.stringify([
    namespace,
    serviceAccount,
    trustDomain ?? '',
    pods.namespace,
    Object.entries(pods.labels).sort(),
  ]);
}

function tooMany(where: string): MeshError {
  return new MeshError({
    code: 'TooManyCallers',
    where,
    what: `it has more than ${MAX_CALLERS} callers.`,
    why: `An AuthorizationPolicy holds ${MAX_CALLERS} rules, one per caller; the API server refuses more.`,
    fix: "service.dangerouslyAllowAnyCaller({ operations: ['Check'], reason: 'every service of the company asks it' })",
  });
}
