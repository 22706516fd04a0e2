import type { Cluster } from '../manifests/cluster';
import type { Manifest } from '../manifests/manifest';
import type { Path } from '../manifests/path';
import type { Service, ServicePort } from '../manifests/service';
import type { Bodies, HttpDestination, HttpRoute } from '../manifests/types';
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

/** The service that an object of a namespace calls by this name. */
export function serviceNamed(cluster: Cluster, host: string, namespace: string): Service | undefined {
  return cluster.services.get(resolveShortName(host, namespace).toLowerCase());
}

/** The port that a destination means: the one that it names, or the only one. */
export function portOf(service: Service, stated: number | undefined): ServicePort | undefined {
  if (stated === undefined) return service.ports.length === 1 ? service.ports[0] : undefined;
  return service.ports.find(({ number }) => number === stated);
}

/** The ports of services to which a route sends, as far as they are known. */
export function portsBehind(cluster: Cluster, written: WrittenRoute): readonly ServicePort[] {
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
