/** Whether something holds: `missing` names what would say, where the manifests do not. */
export type Trilean = 'yes' | 'no' | { readonly missing: string };

/** All must hold: one `no` settles it, whatever the others are. */
export function every<Item>(items: readonly Item[], test: (item: Item) => Trilean): Trilean {
  let doubt: Trilean = 'yes';
  for (const item of items) {
    const holds = test(item);
    if (holds === 'no') return 'no';
    if (holds !== 'yes') doubt = holds;
  }
  return doubt;
}

/** One must hold: one `yes` settles it. */
export function some<Item>(items: readonly Item[], test: (item: Item) => Trilean): Trilean {
  let doubt: Trilean = 'no';
  for (const item of items) {
    const holds = test(item);
    if (holds === 'yes') return 'yes';
    if (holds !== 'no') doubt = holds;
  }
  return doubt;
}

export function sure(holds: boolean): Trilean {
  return holds ? 'yes' : 'no';
}
