import type { Cluster } from '../../manifests/cluster';
import { isHttp } from '../../manifests/protocol';
import { containerPort, type Service, type ServicePort } from '../../manifests/service';
import type { Simulation } from '../simulation';
import { resolveShortName } from '../visibility/resolve-host';
import { type Rpc, UNNAMED } from './rpc';

/** The methods of gRPC services, by full name, as `.proto` files declare them. */
export type Apis = ReadonlyMap<string, readonly string[]>;

/**
 * What can be called in a cluster, as far as its manifests name it: paths of policies and routes, all methods of the
 * gRPC services that these paths name, if `.proto` files tell them, and one more for whatever nobody named. Hosts
 * outside of the mesh only where routes name paths of theirs.
 */
export function rpcsOf(simulation: Simulation, apis: Apis = new Map()): Rpc[] {
  const routed = routedPaths(simulation.cluster, apis);
  return [...simulation.cluster.services.values()].flatMap((service) => {
    const inherited = routed.get(service.host) ?? [];
    // Of a host outside nobody here knows what it offers; it is listed if somebody has named it.
    if (service.external && inherited.length === 0) {
      return [];
    }
    return service.ports.flatMap((port) => {
      if (!isHttp(port.protocol) && port.protocol !== 'auto') {
        return port.protocol === 'udp' ? [] : [{ service, port, name: `${titleOf(service)}:${port.number}` }];
      }
      const paths = new Set([...policedPaths(simulation, service, port), ...inherited]);
      for (const path of [...paths]) {
        for (const sibling of declaredBeside(path, apis)) {
          paths.add(sibling);
        }
      }
      return named(service, port, [...paths].sort());
    });
  });
}

/** All RPCs of the gRPC service that a path names. */
function declaredBeside(path: string, apis: Apis): string[] {
  const api = API.exec(path)?.[1] ?? '';
  return (apis.get(api) ?? []).map((method) => `/${api}/${method}`);
}

const API = /^\/([\w.]+)\/[\w*]*$/;
/** With its package: without a dot it may as well be a path of plain HTTP, as `/v1/send`. */
const RPC = /^\/[a-z_]\w*(?:\.[a-z_]\w*)+\/(\w+)$/i;

/** A service with several HTTP ports names them; with several gRPC services that share a method's name, these. */
function named(service: Service, port: ServicePort, paths: readonly string[]): Rpc[] {
  const web = service.ports.filter(({ protocol }) => isHttp(protocol) || protocol === 'auto');
  const title = web.length > 1 ? `${titleOf(service)}:${port.number}` : titleOf(service);
  const methods = paths.map((path) => RPC.exec(path)?.[1] ?? path);
  const rpcs = paths.map((path, index) => {
    const unique = methods.filter((method) => method === methods[index]).length === 1;
    return { service, port, path, name: `${title} ${unique ? methods[index] : path}` };
  });
  return [...rpcs, { service, port, path: UNNAMED, name: `${title} any other` }];
}

function titleOf({ namespace, name, kind, host }: Service): string {
  return kind === 'Service' ? `${namespace}/${name}` : host;
}

/** The paths that policies of the workloads behind a port name, for this port. */
function policedPaths(simulation: Simulation, service: Service, port: ServicePort): Set<string> {
  const paths = new Set<string>();
  for (const workload of simulation.cluster.workloadsOf(service)) {
    const number = String(containerPort(port, workload));
    const { allow, deny, custom, audit, dryRun } = simulation.policies.inForce(workload);
    for (const { manifest } of [...allow, ...deny, ...custom, ...audit, ...dryRun]) {
      for (const { operation } of (manifest.body.spec?.rules ?? []).flatMap(({ to }) => to ?? [])) {
        if (!operation?.ports?.length || operation.ports.includes(number)) {
          for (const path of [...(operation?.paths ?? []), ...(operation?.notPaths ?? [])]) {
            paths.add(path);
          }
        }
      }
    }
  }
  paths.delete('*');
  paths.delete('/*');
  return paths;
}

/** The exact paths of VirtualServices, and the RPCs of services that they route whole, by the host they lead to. */
function routedPaths(cluster: Cluster, apis: Apis): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const { namespace, body } of cluster.objects('networking.istio.io/VirtualService')) {
    for (const { match, route } of body.spec?.http ?? []) {
      const named = (match ?? []).flatMap(({ uri }) => {
        const { exact, prefix = '' } = (uri ?? {}) as { exact?: string; prefix?: string };
        return exact ?? declaredBeside(prefix, apis);
      });
      for (const { destination } of named.length > 0 ? (route ?? []) : []) {
        const host = resolveShortName(destination?.host ?? '', namespace);
        paths.set(host, [...(paths.get(host) ?? []), ...named]);
      }
    }
  }
  return paths;
}
