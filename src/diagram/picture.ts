import type { AccessMatrix } from '../simulation/access/access-matrix';

/** A namespace, or a place outside of all, and what is drawn in it. */
export interface Box {
  readonly name: string;
  readonly nodes: readonly Node[];
}

export interface Node {
  readonly id: string;
  readonly name: string;
  readonly kind: 'workload' | 'service' | 'outside';
}

/** From a caller to a callee: one, whatever number of RPCs. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
  /** Whether the manifests leave open if it is allowed. */
  readonly isCertain: boolean;
}

/** Who calls what, ready to be drawn: the same for the same manifests, whatever the order of their files. */
export interface Picture {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

/** Only what takes part in a call is drawn. Who may call a service that runs as them is drawn as one node. */
export function pictureOf({ cells }: Pick<AccessMatrix, 'cells'>): Picture {
  const nodes = new Map<string, Node & { readonly box: string }>();
  const edges = new Map<string, { from: string; to: string; labels: Set<string>; isCertain: boolean }>();
  const node = (kind: Node['kind'], box: string, name: string): string => {
    const key = `${box}/${name}`;
    const known = nodes.get(key);
    if (!known) nodes.set(key, { id: '', name, kind, box });
    return key;
  };
  for (const { party, rpc, outcome } of cells) {
    const { caller } = party;
    const from =
      caller.kind === 'workload'
        ? node('workload', caller.workload.namespace, caller.workload.name)
        : node('outside', OUTSIDE, party.name);
    const { service } = rpc;
    const to = node(
      'service',
      service.kind === 'Service' ? service.namespace : OUTSIDE,
      service.kind === 'Service' ? service.name : service.host,
    );
    const key = `${from}\n${to}\n${outcome}`;
    const edge = edges.get(key) ?? { from, to, labels: new Set<string>(), isCertain: outcome === 'allow' };
    edge.labels.add(labelOf(rpc.name, rpc.port.number));
    edges.set(key, edge);
  }
  return arranged(
    nodes,
    [...edges.values()].map((edge) => ({ ...edge, labels: [...edge.labels].sort() })),
  );
}

const OUTSIDE = '';

/** `Charge`; a port that is called as a whole is its number. */
function labelOf(name: string, port: number): string {
  const [, ...rest] = name.split(' ');
  return rest.join(' ') || `port ${port}`;
}

function arranged(nodes: ReadonlyMap<string, Node & { readonly box: string }>, edges: readonly Edge[]): Picture {
  const keys = [...nodes.keys()].sort();
  const ids = new Map(keys.map((key, index) => [key, `n${index + 1}`]));
  const names = [...new Set([...nodes.values()].map(({ box }) => box))].sort();
  const idOf = (key: string) => ids.get(key) ?? key;
  return {
    boxes: names.map((name) => ({
      name,
      nodes: keys.flatMap((key) => {
        const node = nodes.get(key);
        return node?.box === name ? [{ id: idOf(key), name: node.name, kind: node.kind }] : [];
      }),
    })),
    edges: [...edges]
      .sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to) || Number(b.isCertain) - Number(a.isCertain))
      .map((edge) => ({ ...edge, from: idOf(edge.from), to: idOf(edge.to) })),
  };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
