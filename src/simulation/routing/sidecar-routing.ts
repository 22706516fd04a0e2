import type { Cluster } from '../../manifests/cluster';
import { isHttp } from '../../manifests/protocol';
import { CLUSTER_DOMAIN, type Service, type ServicePort } from '../../manifests/service';
import type { HttpDestination } from '../../manifests/types';
import type { Reason } from '../verdict';
import { resolveHost } from '../visibility/resolve-host';
import type { SidecarScopes } from '../visibility/sidecar-scopes';
import { answer, because, changed, nowhere, undecided } from './answer';
import { bareHost } from './bare-host';
import type { Destinations } from './destinations';
import { UNAVAILABLE } from './grpc-status';
import { HttpRequest } from './http-request';
import type { ProxyNode } from './proxy-node';
import type { RouteRequest } from './route-request';
import type { Destination, RouteResult } from './route-result';
import type { RuleAnswers } from './rule-answer';
import type { SidecarHosts } from './sidecar-hosts';
import { effectiveTimeout } from './timeouts';

/** What happens to calls on their way out of a workload. */
export class SidecarRouting {
  public constructor(
    private readonly cluster: Cluster,
    private readonly scopes: SidecarScopes,
    private readonly hosts: SidecarHosts,
    private readonly destinations: Destinations,
    private readonly rules: RuleAnswers,
  ) {}

  /** The full name of a host that a client calls. */
  public nameOf(host: string, proxy: ProxyNode): string {
    return resolveHost(this.cluster, bareHost(host), proxy.namespace ?? '');
  }

  public route(request: RouteRequest, name: string, proxy: ProxyNode): RouteResult {
    const service = this.hosts.serviceOf(name);
    if (service?.kind === 'Service' && service.external) {
      const text = `${service.host} is an ExternalName, a second name for another host`;
      return undecided([`what ${service.host} is another name for`], [because(text, service.manifest)]);
    }
    const port = service?.ports.find(({ number }) => number === request.port);
    const plane = proxy.workload?.dataPlane ?? 'sidecar';
    if (plane === 'none' || plane === 'ambient' || plane === 'gateway') {
      return this.past(request, name, service, port, plane === 'ambient' ? 'auto' : 'DISABLE');
    }
    if (service && port) {
      const seen = this.scopes.sees(proxy.workload, service, port.number);
      if (seen.outcome === 'unknown') return undecided(seen.missing, seen.reasons);
      if (seen.outcome === 'allow') return this.known(request, service, port, proxy);
      return this.named(request, name, proxy) ?? this.unseen(request, name, service, port, proxy, seen.reasons);
    }
    return this.named(request, name, proxy) ?? this.unseen(request, name, service, undefined, proxy, []);
  }

  private known(request: RouteRequest, service: Service, port: ServicePort, proxy: ProxyNode): RouteResult {
    const isRaw = request.path === undefined || !(isHttp(port.protocol) || port.protocol === 'auto');
    if (isRaw) {
      return this.raw(service, port, proxy);
    }
    const host = this.hosts.ofService(proxy, service, port);
    const { routes, missing } = host;
    const arrival = { proxy, request: this.read(request) };
    const result =
      routes.length === 0
        ? this.rules.withoutRule(service.host, port.number, host, arrival)
        : this.rules.choose(routes, service.host, arrival);
    return missing.length > 0
      ? changed(result, { outcome: 'unknown', missing: [...result.missing, ...missing] })
      : result;
  }

  /** A connection of which nothing is read. */
  private raw(service: Service, port: ServicePort, proxy: ProxyNode): RouteResult {
    const { host } = service;
    const reasons = [because(`port ${port.number} of ${host} is not read as HTTP`, service.manifest)];
    const rule = this.hosts.rawRouteFor(proxy, service, port);
    if (rule && 'missing' in rule) return undecided([rule.missing], reasons);
    const found = rule
      ? this.destinations.of(rule.route.map(this.withOnlyPort), proxy, port.number)
      : [this.destinations.at(host, port.number, undefined, 1, proxy, port.number)];
    if (rule) {
      const { namespace, name } = rule.object;
      reasons.push(because(`VirtualService ${namespace}/${name} takes the connection`, rule.object, rule.path));
    }
    const virtualService = rule?.object;
    const destinations = found.map(({ destination }): Destination => ({ ...destination, upstreamProtocol: 'tcp' }));
    const missing = found.length > 0 ? found.flatMap((it) => it.missing) : ['a destination with a weight above 0'];
    if (missing.length > 0) return undecided(missing, reasons, { destinations, virtualService });
    const [failure, ...others] = destinations.map(({ unavailable }) => unavailable);
    return failure !== undefined && !others.includes(undefined)
      ? nowhere(because(failure), UNAVAILABLE, { destinations, virtualService })
      : answer({ outcome: 'routed', reasons, destinations, virtualService });
  }

  /**
   * Other than of HTTP, connections to a service with one port go there, whichever they were for.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (GetDestinationCluster)
   */
  private readonly withOnlyPort = (it: HttpDestination): HttpDestination => {
    const { host, port } = it.destination;
    const [only, ...others] = this.cluster.services.get(host)?.ports ?? [];
    if (port || !only || others.length > 0) return it;
    return { ...it, destination: { ...it.destination, port: { number: only.number } } };
  };

  private read(request: RouteRequest): HttpRequest {
    return new HttpRequest(request, request.host, 'http', this.cluster.mesh.pathNormalization);
  }

  private named(request: RouteRequest, name: string, proxy: ProxyNode): RouteResult | undefined {
    const found = request.path === undefined ? undefined : this.hosts.ofName(proxy, name, request.port);
    return found && this.rules.choose(found.routes, name, { proxy, request: this.read(request) });
  }

  /** A host that the sidecar does not know: it lets the call through as it is, or ends it. */
  private unseen(
    request: RouteRequest,
    name: string,
    service: Service | undefined,
    port: ServicePort | undefined,
    proxy: ProxyNode,
    why: readonly Reason[],
  ): RouteResult {
    const { mode, reasons } = this.scopes.outboundPolicyOf(proxy.workload);
    if (!service && mayBeElsewhere(name))
      return undecided([`the Service ${name}`], [because(`there is no ${name} here`)]);
    if (mode === 'REGISTRY_ONLY') {
      const text = `the sidecar does not know ${name} on port ${request.port}, and lets nothing else out`;
      const result = nowhere(because(text), UNAVAILABLE, { httpStatus: 502 });
      return changed(result, { reasons: [...result.reasons, ...why, ...reasons] });
    }
    const result = this.past(request, name, service, port, 'DISABLE');
    return changed(result, { reasons: [...result.reasons, ...why, ...reasons] });
  }

  /** A call that no proxy of HTTP stands before: to a service's address, in plaintext or through a tunnel. */
  private past(
    request: RouteRequest,
    name: string,
    service: Service | undefined,
    port: ServicePort | undefined,
    tlsMode: 'auto' | 'DISABLE',
  ): RouteResult {
    if (!service && mayBeElsewhere(name))
      return undecided([`the Service ${name}`], [because(`there is no ${name} here`)]);
    if (service?.kind === 'Service' && !port) {
      const text = `${service.host} has no port ${request.port}`;
      return nowhere(because(text, service.manifest, ['spec', 'ports']), UNAVAILABLE);
    }
    const waypoint = tlsMode === 'auto' && service && this.waypointOf(service);
    if (waypoint) return undecided([`what the waypoint ${waypoint} does`], [because(`${name} has a waypoint`)]);
    const destination: Destination = {
      host: service?.host ?? name,
      ...(service && { service }),
      ...(port && { port }),
      weight: 1,
      workloads: service ? this.cluster.workloadsOf(service) : [],
      trafficPolicy: {},
      destinationRules: [],
      tlsMode: service?.external === false ? tlsMode : 'DISABLE',
      upstreamProtocol: 'client',
    };
    const timeout = effectiveTimeout(undefined, request.headers?.['grpc-timeout']);
    const reasons = [because(`no route applies to the call: it goes to ${destination.host} as the client writes it`)];
    return answer({ outcome: 'routed', reasons, destinations: [destination], timeout });
  }

  /** @see https://istio.io/latest/docs/ambient/usage/waypoint/#useawaypoint */
  private waypointOf({ manifest, namespace }: Service): string | undefined {
    const label = 'istio.io/use-waypoint';
    const name = manifest.labels[label] ?? this.cluster.namespaces.get(namespace)?.labels[label];
    return name === 'none' ? undefined : name;
  }
}

/** A name of a cluster's service of which no object is here: it may exist where the rest of the objects are. */
function mayBeElsewhere(name: string): boolean {
  return name.endsWith(`.svc.${CLUSTER_DOMAIN}`) || !name.includes('.');
}
