import type { Cluster } from '../../manifests/cluster';
import type { Service } from '../../manifests/service';
import type { Reason } from '../verdict';
import type { SidecarScopes } from '../visibility/sidecar-scopes';
import { because, changed, undecided } from './answer';
import { bareHost } from './bare-host';
import type { DestinationRules } from './destination-rules';
import { Destinations } from './destinations';
import { EnvoyFilters } from './envoy-filters';
import { type ApiDoubt, GatewayApi } from './gateway-api';
import { GatewayRouting } from './gateway-routing';
import { Gateways } from './gateways';
import type { ProxyNode } from './proxy-node';
import { RefusedObjects } from './refused-objects';
import type { RouteRequest, Via } from './route-request';
import type { RouteResult } from './route-result';
import { RuleAnswers } from './rule-answer';
import { SidecarHosts } from './sidecar-hosts';
import { SidecarRouting } from './sidecar-routing';
import { VirtualServices } from './virtual-services';

/** Where requests go in a mesh: what the routes that istiod gives to its proxies do with each. */
export class Routes {
  public static of(cluster: Cluster, scopes: SidecarScopes, rules: DestinationRules): Routes {
    return new Routes(cluster, scopes, rules);
  }

  public readonly gatewayApi: GatewayApi;
  private readonly gateways: Gateways;
  private readonly inside: SidecarRouting;
  private readonly outside: GatewayRouting;
  private readonly filters: EnvoyFilters;
  private readonly refused: RefusedObjects;

  private constructor(cluster: Cluster, scopes: SidecarScopes, destinationRules: DestinationRules) {
    const virtualServices = VirtualServices.of(cluster);
    const destinations = new Destinations(cluster, destinationRules);
    const rules = new RuleAnswers(cluster, destinations);
    const hosts = new SidecarHosts(cluster, scopes, virtualServices);
    this.gateways = Gateways.of(cluster);
    this.inside = new SidecarRouting(cluster, scopes, hosts, destinations, rules);
    this.outside = new GatewayRouting(cluster, this.gateways, virtualServices, rules);
    this.filters = EnvoyFilters.of(cluster);
    this.gatewayApi = GatewayApi.of(cluster);
    this.refused = RefusedObjects.of(cluster);
  }

  /** Whether a gateway of which nothing certain is known could lead to a service at all. */
  public mayLeadTo(service: Service, via: Extract<Via, { kind: 'gateway' }>): boolean {
    const proxy = this.gateways.proxyOf(via);
    return !proxy || this.gatewayApi.mayLeadTo(service, proxy);
  }

  /** What becomes of a request at the first proxy that it meets. */
  public route(request: RouteRequest): RouteResult {
    const { via } = request;
    return via.kind === 'sidecar' ? this.fromInside(request, via) : this.fromOutside(request, via);
  }

  private fromInside(request: RouteRequest, { workload, namespace }: Extract<Via, { kind: 'sidecar' }>): RouteResult {
    const proxy: ProxyNode = {
      kind: 'sidecar',
      namespace: workload?.namespace ?? namespace,
      labels: workload?.labels,
      ...(workload && { workload }),
    };
    if (workload?.dataPlane === 'proxyless') {
      const text = `${workload.id} reads routes in its own gRPC library, which knows fewer of them`;
      return undecided([`how the gRPC library of ${workload.id} reads its routes`], [because(text)]);
    }
    const name = this.inside.nameOf(request.host, proxy);
    const result = this.inside.route(request, name, proxy);
    const proxied = !workload || workload.dataPlane === 'sidecar' || workload.dataPlane === 'unknown';
    const doubts = workload?.dataPlane === 'unknown' ? [`the labels of namespace ${workload.namespace}`] : [];
    if (!proxied) return result;
    const api = this.gatewayApi.forService(name);
    const weighed = this.weigh(result, request, name, proxy, [...doubts, ...api.map(({ missing }) => missing)]);
    return api.length > 0 ? { ...weighed, reasons: [...weighed.reasons, ...notFollowed(api)] } : weighed;
  }

  private fromOutside(request: RouteRequest, via: Extract<Via, { kind: 'gateway' }>): RouteResult {
    const proxy = this.gateways.proxyOf(via);
    if (!proxy) {
      const name = 'object' in via ? `${via.object.namespace}/${via.object.name}` : '';
      return undecided([`the Gateway ${name}`], [because(`there is no Gateway ${name} here`)]);
    }
    const api = this.gatewayApi.forGateway(proxy, request.port);
    if (api.length > 0) {
      const doubts = api.map(({ missing }) => missing);
      return undecided(doubts, notFollowed(api));
    }
    return this.weigh(this.outside.route(request, proxy), request, bareHost(request.host), proxy, []);
  }

  /** Takes back what objects that nobody here can read may have changed. */
  private weigh(
    result: RouteResult,
    request: RouteRequest,
    name: string,
    proxy: ProxyNode,
    doubts: readonly string[],
  ): RouteResult {
    const { routes, others } = this.filters.for(proxy);
    const decisive = [
      ...doubts,
      ...routes,
      ...this.refused.touching([name, ...result.destinations.map(({ host }) => host)], proxy.kind),
    ];
    const details = [...others, ...obeyed(request)];
    if (decisive.length + details.length === 0) return result;
    const outcome = decisive.length > 0 ? 'unknown' : result.outcome;
    return changed(result, { outcome, missing: [...result.missing, ...decisive, ...details] });
  }
}

function notFollowed(doubts: readonly ApiDoubt[]): Reason[] {
  return doubts.map(({ object }) =>
    object
      ? because(`${object.kind} ${object.namespace}/${object.name} of the Gateway API is not followed`, object)
      : because('the Gateway API runs this gateway, and is not followed'),
  );
}

/** @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#http-headers-consumed */
function obeyed({ headers }: RouteRequest): readonly string[] {
  if (!headers) return [];
  return Object.keys(headers)
    .filter((name) => /^x-envoy-(?:upstream-rq-|retry-|max-retries|retriable-|hedge-)/.test(name))
    .map((name) => `whether the proxy obeys the header '${name}'`);
}
