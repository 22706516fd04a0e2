import type { Cluster } from '../../manifests/cluster';
import { hasLabels } from '../../manifests/selectors';
import { CLUSTER_DOMAIN, type Service } from '../../manifests/service';
import type { HttpDestination } from '../../manifests/types';
import { exportedTo } from '../visibility/exported-to';
import type { DestinationRuleInForce, DestinationRules } from './destination-rules';
import { headerOperations } from './header-operations';
import type { ProxyNode } from './proxy-node';
import type { Destination } from './route-result';
import { upstreamProtocolOf } from './upstream-protocol';

/** Where a proxy sends what a route gives it, and facts about it that nobody told. */
export interface Found {
  readonly destination: Destination;
  readonly missing: readonly string[];
}

/** What one proxy finds behind the names of destinations. */
export class Destinations {
  public constructor(
    private readonly cluster: Cluster,
    private readonly rules: DestinationRules,
  ) {}

  /** Those of a route: without those of weight 0 or, if it has only one, whatever its weight. */
  public of(written: readonly HttpDestination[], proxy: ProxyNode, listener: number): readonly Found[] {
    const weighted = written.length === 1 ? written : written.filter(({ weight = 0 }) => weight > 0);
    return weighted.map((it) => {
      const { host, port, subset } = it.destination;
      const weight = written.length === 1 ? 1 : (it.weight ?? 0);
      const found = this.at(host, port?.number, subset, weight, proxy, listener);
      const headers = headerOperations(it.headers);
      return headers ? { ...found, destination: { ...found.destination, headers } } : found;
    });
  }

  /**
   * One host. Without a port, a sidecar takes the port that its client called; a gateway does so only if the service
   * has several.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (GetDestinationCluster)
   */
  public at(
    host: string,
    stated: number | undefined,
    subset: string | undefined,
    weight: number,
    proxy: ProxyNode,
    listener: number,
  ): Found {
    const service = this.cluster.services.get(host);
    const visible = service && this.isVisible(service, proxy);
    const only =
      proxy.kind === 'gateway' && visible && service.ports.length === 1 ? service.ports[0].number : undefined;
    const number = stated ?? only ?? listener;
    if (!service || !visible) return this.nowhere(host, subset, weight, service, proxy);
    const rule = this.rules.for(proxy, service);
    const port = service.ports.find((it) => it.number === number);
    const behind = this.cluster.workloadsOf(service);
    const labels = subset === undefined ? {} : rule.subsets.get(subset);
    const workloads = labels ? behind.filter((it) => hasLabels(it.labels, labels)) : [];
    const trafficPolicy = rule.trafficPolicy(number, subset);
    const unavailable = port
      ? absence(service, rule, subset, behind.length > 0, workloads.length > 0)
      : `${host} has no port ${number}`;
    const destination: Destination = {
      host,
      service,
      ...(port && { port }),
      ...(subset !== undefined && { subset }),
      weight,
      workloads,
      trafficPolicy,
      destinationRules: rule.rules,
      tlsMode: rule.tlsMode(number, subset),
      upstreamProtocol: upstreamProtocolOf(
        port?.protocol ?? 'auto',
        trafficPolicy,
        this.cluster.mesh.h2UpgradePolicy,
        proxy.kind,
      ),
      ...(unavailable !== undefined && { unavailable }),
    };
    return { destination, missing: rule.missing };
  }

  private isVisible(service: Service, { namespace }: ProxyNode): boolean {
    return namespace === undefined
      ? service.exportTo.includes('*')
      : exportedTo(service.exportTo, service.namespace, namespace);
  }

  /** A proxy has no cluster for it. A Service of a namespace of which nothing is here may exist all the same. */
  private nowhere(
    host: string,
    subset: string | undefined,
    weight: number,
    hidden: Service | undefined,
    proxy: ProxyNode,
  ): Found {
    const [, namespace = ''] = host.endsWith(`.svc.${CLUSTER_DOMAIN}`) ? host.split('.') : [];
    const elsewhere = !hidden && namespace !== '' && !this.cluster.namespaces.has(namespace);
    const unavailable = hidden
      ? `${host} is not exported to namespace ${proxy.namespace ?? 'of the gateway'}`
      : `there is no Service or ServiceEntry for ${host}`;
    const destination: Destination = {
      host,
      ...(subset !== undefined && { subset }),
      weight,
      workloads: [],
      trafficPolicy: {},
      destinationRules: [],
      tlsMode: 'DISABLE',
      upstreamProtocol: 'client',
      ...(!elsewhere && { unavailable }),
    };
    return { destination, missing: elsewhere ? [`the Service ${host}`] : [] };
  }
}

/** Why certainly nobody answers: the subset does not exist, or it selects none of the pods that are there. */
function absence(
  service: Service,
  rule: DestinationRuleInForce,
  subset: string | undefined,
  hasPods: boolean,
  subsetHasPods: boolean,
): string | undefined {
  if (subset === undefined) return undefined;
  if (!rule.subsets.has(subset)) {
    const names = rule.rules.map(({ namespace, name }) => `${namespace}/${name}`).join(' and ');
    return names
      ? `DestinationRule ${names} has no subset '${subset}' of ${service.host}`
      : `no DestinationRule makes subset '${subset}' of ${service.host}`;
  }
  return hasPods && !subsetHasPods ? `subset '${subset}' of ${service.host} selects no pods` : undefined;
}
