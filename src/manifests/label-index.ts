/**
 * Finds what selects a set of labels without asking each selector: each item waits under one pair of its own.
 *
 * Items come back in the order in which they were added.
 */
export class LabelIndex<Item> {
  private readonly everything = new Map<string, Entry<Item>[]>();
  private readonly byPair = new Map<string, Entry<Item>[]>();
  private size = 0;

  /** An item without labels matches everything of its namespace. */
  public add(namespace: string, matchLabels: Readonly<Record<string, string>>, item: Item): void {
    const pairs = Object.entries(matchLabels);
    const entry = { pairs, item, order: this.size++ };
    // Labels that tell workloads apart, such as `app`, come first or last by habit; any one pair is right, and
    // `app.kubernetes.io/part-of` is the one that many share.
    const best = pairs.find(([key]) => key === 'app' || key === 'app.kubernetes.io/instance') ?? pairs[0];
    const [lists, key] = best ? [this.byPair, place(namespace, best[0], best[1])] : [this.everything, namespace];
    const list = lists.get(key);
    list ? list.push(entry) : lists.set(key, [entry]);
  }

  /** The items of a namespace all of whose labels are among these. */
  public matching(namespace: string, labels: Readonly<Record<string, string>>): Item[] {
    const found = [...(this.everything.get(namespace) ?? [])];
    for (const key of Object.keys(labels)) {
      for (const entry of this.byPair.get(place(namespace, key, labels[key])) ?? []) {
        if (entry.pairs.every(([k, value]) => Object.hasOwn(labels, k) && labels[k] === value)) {
          found.push(entry);
        }
      }
    }
    return found.sort((a, b) => a.order - b.order).map(({ item }) => item);
  }
}

interface Entry<Item> {
  readonly pairs: readonly (readonly [string, string])[];
  readonly item: Item;
  readonly order: number;
}

/** Neither a namespace nor a label can hold a space. */
function place(namespace: string, key: string, value: string): string {
  return `${namespace} ${key} ${value}`;
}
