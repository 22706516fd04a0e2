import { isWildcard } from './hosts';

/** Finds what the most specific host says of a name without asking every host. The first item of a host stays. */
export class HostIndex<Item> {
  private readonly items = new Map<string, Item>();
  /** The lengths of wildcards, longest first: there are few, however many wildcards there are. */
  private lengths: readonly number[] = [];

  public add(host: string, item: Item): void {
    if (this.items.has(host)) return;
    this.items.set(host, item);
    if (isWildcard(host) && !this.lengths.includes(host.length)) {
      this.lengths = [...this.lengths, host.length].sort((a, b) => b - a);
    }
  }

  /** The item of exactly this host. */
  public at(host: string): Item | undefined {
    return this.items.get(host);
  }

  /**
   * The item of the host itself, else of the longest wildcard that covers it; of a wildcard, likewise.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/config.go (MostSpecificHostMatch)
   */
  public mostSpecific(host: string): Item | undefined {
    const exact = this.items.get(host);
    if (exact !== undefined) return exact;
    // `*.foo.com` may itself be covered by a wildcard; its own star is not text to match.
    const text = isWildcard(host) ? host.slice(1) : host;
    for (const length of this.lengths) {
      if (length - 1 > text.length) continue;
      const found = this.items.get(`*${text.slice(text.length - length + 1)}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
