/** Whether something holds; `unknown` where the files do not say. */
export type Truth = 'true' | 'false' | 'unknown';

export function truthOf(known: boolean): Truth {
  return known ? 'true' : 'false';
}

export function not(truth: Truth): Truth {
  if (truth === 'unknown') return truth;
  return truth === 'true' ? 'false' : 'true';
}

/** Whether it holds of all; an unknown decides only where nothing is false. */
export function every<Item>(items: readonly Item[], holds: (item: Item) => Truth): Truth {
  let all: Truth = 'true';
  for (const item of items) {
    const truth = holds(item);
    if (truth === 'false') return truth;
    if (truth === 'unknown') all = truth;
  }
  return all;
}

/** Whether it holds of any; an unknown decides only where nothing is true. */
export function some<Item>(items: readonly Item[], holds: (item: Item) => Truth): Truth {
  let any: Truth = 'false';
  for (const item of items) {
    const truth = holds(item);
    if (truth === 'true') return truth;
    if (truth === 'unknown') any = truth;
  }
  return any;
}
