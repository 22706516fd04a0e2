import type { Cluster } from '../../manifests/cluster';
import { GATEWAY_NAME } from '../routing/gateway-api';
import type { ApiGateway, ApiRoute } from '../routing/gateway-api-objects';
import type { Simulation } from '../simulation';
import { hostsMatch, isSubsetOf } from '../visibility/hosts';
import type { Door, Party } from './party';

/** The hosts that Gateways of the Gateway API serve: of nobody who comes in there it is known where he ends. */
export function gatewayApiDoors({ cluster, routes: { gatewayApi } }: Simulation): Party[] {
  const parties = gatewayApi.gateways.flatMap((gateway) => {
    if (gateway.isWaypoint) return [];
    const pods = podsOf(gateway, cluster);
    return gateway.listeners.flatMap(({ port, protocol, hostname = '*' }) => {
      if (protocol !== 'HTTP' && protocol !== 'HTTPS') return [];
      const scheme = protocol.toLowerCase();
      const usual = port === (protocol === 'HTTPS' ? 443 : 80);
      return hostsOf(gatewayApi.routesOf(gateway), hostname).flatMap((host) =>
        pods.map(
          (door): Party => ({
            name: `${scheme}://${host}${usual ? '' : `:${port}`}`,
            caller: { kind: 'outside', door: { gateway: door, host, port } },
          }),
        ),
      );
    });
  });
  return [...new Map(parties.map((party) => [party.name, party])).values()];
}

/** Its pods; if they are not among the manifests, as they are where Istio makes them, the label that they get. */
function podsOf({ manifest: { namespace, name }, services }: ApiGateway, cluster: Cluster): readonly Door['gateway'][] {
  const found =
    services.length > 0
      ? services.flatMap((host) => {
          const service = cluster.services.get(host);
          return service ? cluster.workloadsOf(service) : [];
        })
      : cluster.workloads.filter((it) => it.namespace === namespace && it.labels[GATEWAY_NAME] === name);
  return found.length > 0 ? found : [{ [GATEWAY_NAME]: name }];
}

/** What the routes name of what the listener takes; all of that, where nobody names anything. */
function hostsOf(routes: readonly ApiRoute[], listener: string): string[] {
  const named = routes.flatMap(({ hostnames }) => (hostnames.length > 0 ? hostnames : [listener]));
  const both = named.filter((host) => hostsMatch(host, listener));
  const hosts = both.map((host) => (isSubsetOf(host, listener) ? host : listener));
  return [...new Set(hosts.length > 0 ? hosts : [listener])];
}
