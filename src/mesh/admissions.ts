import { MeshError, type Problem } from '../errors';
import type { CallCondition } from '../values/call-condition';
import { type MeshPort, PortProtocol } from '../values/mesh-port';
import type { Admission, Caller, Operations } from './parties';

/** An AuthorizationPolicy holds no more rules; a caller of TCP ports and others needs two. */
export const MAX_RULES = 512;

interface Entry {
  readonly caller?: Caller;
  readonly when: CallCondition[];
  readonly ports: Map<MeshPort, Set<string> | undefined>;
}

/** Who may do what on one service. Grows with every verb, one entry per caller, conditions and port. */
export class Admissions {
  private rules = 0;
  private readonly callers = new Map<string, Entry>();

  /** Admits a caller to these operations; `caller` undefined: everybody who has an identity. */
  public add(caller: Caller | undefined, operations: Operations[], where: string, when: CallCondition[] = []): void {
    const key = keyOf(caller, when);
    const entry = this.callers.get(key) ?? { caller, when, ports: new Map() };
    const rules =
      rulesFor([...entry.ports.keys(), ...operations.map(({ port }) => port)]) - rulesFor([...entry.ports.keys()]);
    if (this.rules + rules > MAX_RULES) throw new MeshError(tooMany(where));
    this.put({ caller, operations, when });
  }

  /** These, and who comes with calls that were for other services. */
  public with(visitors: Admission[]): Admissions {
    const all = new Admissions();
    for (const admission of [...this.list((paths) => paths), ...visitors]) all.put(admission);
    return all;
  }

  /** Why no mesh would hold all of them. */
  public problem(where: string): Problem | undefined {
    return this.rules > MAX_RULES ? tooMany(where) : undefined;
  }

  private put({ caller, operations, when = [] }: Admission): void {
    const key = keyOf(caller, when);
    const entry = this.callers.get(key) ?? { caller, when, ports: new Map() };
    this.rules -= rulesFor([...entry.ports.keys()]);
    this.callers.set(key, entry);
    for (const { port, paths } of operations) {
      const known = entry.ports.get(port);
      const all = paths === undefined || (entry.ports.has(port) && known === undefined);
      entry.ports.set(port, all ? undefined : new Set([...(known ?? []), ...paths]));
    }
    this.rules += rulesFor([...entry.ports.keys()]);
  }

  /** Every admission, in an order that does not depend on who spoke first. */
  public list(order: (paths: string[]) => string[]): Admission[] {
    const sorted = [...this.callers].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, { caller, when, ports }]) => ({
      caller,
      ...(when.length > 0 && { when }),
      operations: [...ports]
        .sort(([a], [b]) => a.containerPort - b.containerPort || a.port - b.port)
        .map(([port, paths]) => ({ port, ...(paths && { paths: order([...paths]) }) })),
    }));
  }
}

function rulesFor(ports: MeshPort[]): number {
  return new Set(ports.map(({ protocol }) => protocol === PortProtocol.TCP)).size;
}

// Everybody comes first, and those without conditions before the others.
function keyOf(caller: Caller | undefined, when: CallCondition[]): string {
  const conditions = when.length > 0 ? ` ${JSON.stringify(when)}` : '';
  return (caller ? callerKey(caller) : '*') + conditions;
}

function callerKey({ identity: { trustDomain, namespace, serviceAccount }, pods }: Caller): string {
  return JSON.stringify([
    namespace,
    serviceAccount,
    trustDomain ?? '',
    pods.namespace,
    Object.entries(pods.labels).sort(),
  ]);
}

function tooMany(where: string): Problem {
  return {
    code: 'TooManyCallers',
    where,
    what: `its callers need more than ${MAX_RULES} rules.`,
    why: `An AuthorizationPolicy holds ${MAX_RULES}, one per caller, two for one of TCP ports and others; the API server refuses more.`,
    fix: "service.dangerouslyAllowAnyCaller({ operations: ['Check'], reason: 'every service of the company asks it' })",
  };
}
