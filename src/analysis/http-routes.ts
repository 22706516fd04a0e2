import type { Cluster } from '../manifests/cluster';
import type { Manifest } from '../manifests/manifest';
import type { Path } from '../manifests/path';
import type { Service, ServicePort } from '../manifests/service';
import type { Bodies, HttpDestination, HttpRoute } from '../manifests/types';
import { isSubsetOf, isWildcard } from '../simulation/visibility/hosts';
import { resolveShortName } from '../simulation/visibility/resolve-host';

export type VirtualService = Manifest<Bodies['networking.istio.io/VirtualService']>;

/** One HTTP route as it is written. */
export interface WrittenRoute {
  readonly object: VirtualService;
  readonly route: HttpRoute;
  readonly path: Path;
}

export function httpRoutesOf(object: VirtualService): WrittenRoute[] {
  return (object.body.spec?.http ?? []).map((route, index) => ({ object, route, path: ['spec', 'http', index] }));
}

/** A host to which a route sends, or mirrors, and where it stands. */
export interface WrittenDestination {
  readonly destination: HttpDestination['destination'];
  readonly path: Path;
}

export function destinationsOf({ route, path }: WrittenRoute): readonly WrittenDestination[] {
  const { route: routes = [], mirror, mirrors = [] } = route;
  return [
    ...routes.map(({ destination }, at) => ({ destination, path: [...path, 'route', at, 'destination'] })),
    ...(mirror ? [{ destination: mirror, path: [...path, 'mirror'] }] : []),
    ...mirrors.map(({ destination }, at) => ({ destination, path: [...path, 'mirrors', at, 'destination'] })),
  ];
}

/** One host to which a VirtualService sends, of whatever protocol. */
export interface ObjectDestination extends WrittenDestination {
  readonly object: VirtualService;
}

/** Where routes of TCP and of TLS lead. */
export function otherDestinationsOf(object: VirtualService): ObjectDestination[] {
  const { tcp = [], tls = [] } = object.body.spec ?? {};
  const of = (kind: string, routes: typeof tcp | typeof tls) =>
    routes.flatMap(({ route = [] }, index) =>
      route.map(({ destination }, at) => ({
        object,
        destination,
        path: ['spec', kind, index, 'route', at, 'destination'],
      })),
    );
  return [...of('tcp', tcp), ...of('tls', tls)];
}

/** The service that an object of a namespace calls by this name. */
export function serviceNamed(cluster: Cluster, host: string, namespace: string): Service | undefined {
  return cluster.services.get(resolveShortName(host, namespace).toLowerCase());
}

/** That, or what declares the ports of all hosts like it. */
export function declaring(cluster: Cluster, host: string, namespace: string): Service | undefined {
  const service = serviceNamed(cluster, host, namespace);
  if (service) return service;
  const name = resolveShortName(host, namespace).toLowerCase();
  const wild = [...cluster.services.values()].filter((it) => isWildcard(it.host) && isSubsetOf(name, it.host));
  return wild.sort((a, b) => b.host.length - a.host.length)[0];
}

/** The port that a destination means: the one that it names, or the only one. */
export function portOf(service: Service, stated: number | undefined): ServicePort | undefined {
  if (stated === undefined) return service.ports.length === 1 ? service.ports[0] : undefined;
  return service.ports.find(({ number }) => number === stated);
}

/** The ports of services to which a route sends, as far as they are known. */
function portsBehind(cluster: Cluster, written: WrittenRoute): readonly ServicePort[] {
  return destinationsOf(written).flatMap(({ destination }) => {
    const service = serviceNamed(cluster, destination.host, written.object.namespace);
    const port = service && portOf(service, destination.port?.number);
    return port ? [port] : [];
  });
}

/** Whether a route leads to a port that is declared to speak gRPC. */
export function leadsToGrpc(cluster: Cluster, written: WrittenRoute): boolean {
  return portsBehind(cluster, written).some(({ protocol }) => protocol === 'grpc' || protocol === 'grpc-web');
}
