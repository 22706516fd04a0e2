import type { Manifest } from './manifest';
import type { Bodies, Kind } from './types';

/** Objects by kind and namespace, in the order in which they were added. */
export class ObjectIndex {
  private readonly lists = new Map<string, Manifest[]>();

  public add(manifest: Manifest): void {
    const kind = kindOf(manifest);
    this.push(kind, manifest);
    this.push(`${kind} ${manifest.namespace}`, manifest);
  }

  /** Those of a kind; of one namespace, if it is named. */
  public of<K extends Kind>(kind: K, namespace?: string): readonly Manifest<Bodies[K]>[] {
    const found = this.lists.get(namespace === undefined ? kind : `${kind} ${namespace}`) ?? [];
    // Only what its shape allows is added, so a body is what its kind says.
    return found as readonly unknown[] as readonly Manifest<Bodies[K]>[];
  }

  private push(key: string, manifest: Manifest): void {
    const list = this.lists.get(key);
    list ? list.push(manifest) : this.lists.set(key, [manifest]);
  }
}

/** `security.istio.io/PeerAuthentication`; `Service`. */
export function kindOf({ group, kind }: { group: string; kind: string }): string {
  return group ? `${group}/${kind}` : kind;
}
