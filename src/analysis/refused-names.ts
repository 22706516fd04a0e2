import type { Cluster } from '../manifests/cluster';

/** `shop/order` of each object of a kind that the API server would refuse: it is meant to be there, and not missed. */
export function refusedNames(cluster: Cluster, kind: string): ReadonlySet<string> {
  return new Set(
    cluster.malformed
      .filter(({ manifest }) => manifest.kind === kind)
      .map(({ manifest: { namespace, name } }) => `${namespace}/${name}`),
  );
}
