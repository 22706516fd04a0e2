import type { Callee, Operations } from './parties';

/** What one service may reach. Grows with every verb, one entry per callee. */
export class Callees {
  private readonly known = new Map<string, Callee>();
  private readonly beyond: (() => Reached[])[] = [];

  /**
   * `key`: two constructs may stand for one host, peers that were described twice. `beyond`: where calls of it are led
   * instead, asked when everything was said.
   */
  public add(
    key: string,
    callee: Omit<Callee, 'ports'>,
    operations: Operations[],
    beyond: () => Reached[] = () => [],
  ): void {
    put(this.known, { key, ...callee, ports: operations.map(({ port }) => port) });
    this.beyond.push(beyond);
  }

  /** All of them, in an order that does not depend on who was called first. */
  public list(): Callee[] {
    const all = new Map(this.known);
    for (const reached of this.beyond.flatMap((where) => where())) put(all, reached);
    return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, callee]) => callee);
  }
}

/** A callee, under the key that its service has. */
export type Reached = Callee & { readonly key: string };

function put(known: Map<string, Callee>, { key, ports, ...callee }: Reached): void {
  const all = [...(known.get(key)?.ports ?? []), ...ports];
  known.set(key, { ...callee, ports: [...new Set(all)] });
}
