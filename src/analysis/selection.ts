import type { Cluster } from '../manifests/cluster';
import { hasLabels, type Labels } from '../manifests/selectors';
import type { Workload } from '../manifests/workload';

/** Which workloads a selector selects: the other way round than proxies ask. */
export class Selection {
  public static of(cluster: Cluster): Selection {
    return new Selection(cluster);
  }

  private readonly byPair = new Map<string, Workload[]>();
  private readonly byNamespace = new Map<string, Workload[]>();

  private constructor(private readonly cluster: Cluster) {
    for (const workload of cluster.workloads) {
      push(this.byNamespace, workload.namespace, workload);
      for (const [key, value] of Object.entries(workload.labels)) push(this.byPair, `${key} ${value}`, workload);
    }
  }

  /** Of one namespace, or of all; without labels all of them. */
  public by(namespace: string | undefined, labels: Labels = {}): readonly Workload[] {
    const everybody = namespace === undefined ? this.cluster.workloads : (this.byNamespace.get(namespace) ?? NOBODY);
    const lists = Object.entries(labels).map((pair) => this.byPair.get(pair.join(' ')) ?? NOBODY);
    if (lists.length === 0) return everybody;
    const fewest = lists.reduce((least, list) => (list.length < least.length ? list : least), everybody);
    return fewest.filter(
      (it) => (namespace === undefined || it.namespace === namespace) && hasLabels(it.labels, labels),
    );
  }

  /** The pods of a gateway, wherever they are, that listen to what a Gateway with this selector says. */
  public gatewayPods(selector: Labels = {}): readonly Workload[] {
    return this.by(undefined, selector).filter(({ dataPlane }) => dataPlane === 'gateway');
  }

  /** What a policy with a selector is for: the whole mesh, where it stands in the root namespace. */
  public of({ namespace, body }: Selecting): readonly Workload[] {
    return this.by(namespace === this.cluster.mesh.rootNamespace ? undefined : namespace, labelsOf(body.spec));
  }
}

/** An AuthorizationPolicy, a PeerAuthentication, a RequestAuthentication, or a Telemetry. */
interface Selecting {
  readonly namespace: string;
  readonly body: { readonly spec?: { readonly selector?: { readonly matchLabels?: Labels } } };
}

function labelsOf(spec: Selecting['body']['spec']): Labels | undefined {
  return spec?.selector?.matchLabels;
}

const NOBODY: readonly Workload[] = [];

function push<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  list ? list.push(item) : lists.set(key, [item]);
}
