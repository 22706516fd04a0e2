import type { Callee, Operations } from './contract';

/** What one service may reach. Grows with every verb, one entry per callee. */
export class Callees {
  private readonly known = new Map<string, Callee>();

  /** `key`: two constructs may stand for one host, peers that were described twice. */
  public add(key: string, { host, pods }: Omit<Callee, 'ports'>, operations: Operations[]): void {
    const ports = [...(this.known.get(key)?.ports ?? []), ...operations.map(({ port }) => port)];
    this.known.set(key, { host, pods, ports: [...new Set(ports)] });
  }

  /** All of them, in an order that does not depend on who was called first. */
  public list(): Callee[] {
    return [...this.known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, callee]) => callee);
  }
}
