import { Cluster, type ClusterOptions } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';
import type { Service } from '../../src/manifests/service';
import type { Workload } from '../../src/manifests/workload';

/** The cluster that some YAML describes. What is not right in it is an error of the test, not silence. */
export function clusterOf(text: string, options: ClusterOptions & { malformed?: boolean } = {}): Cluster {
  const { malformed, ...rest } = options;
  const { manifests, problems } = readManifests([{ name: 'test.yaml', text }]);
  const cluster = Cluster.of(manifests, rest);
  if (problems.length > 0 || (!malformed && cluster.malformed.length > 0)) {
    throw new Error(JSON.stringify([problems, cluster.malformed.map((it) => it.problems)], undefined, 2));
  }
  return cluster;
}

/** The workload of an id such as `shop/order`. */
export function workloadAt(cluster: Cluster, id: string): Workload {
  const found = cluster.workloads.find((workload) => workload.id === id);
  if (!found) throw new Error(`no workload ${id} among ${cluster.workloads.map((workload) => workload.id)}`);
  return found;
}

/** The service of a host; without dots, of a name. */
export function serviceAt(cluster: Cluster, host: string): Service {
  const found = [...cluster.services.values()].find((service) => service.host === host || service.name === host);
  if (!found) throw new Error(`no service ${host} among ${[...cluster.services.keys()]}`);
  return found;
}
