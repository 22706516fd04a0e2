import type { Cluster } from '../../manifests/cluster';
import { isObject, type Json } from '../../manifests/json';
import type { Manifest } from '../../manifests/manifest';
import { serviceHost } from '../../manifests/service';
import type { ProxyNode } from './proxy-node';

/**
 * What routes of the Gateway API are about. What they say is not read: where one is about a host, or runs a gateway,
 * the answer is not known.
 */
export class GatewayApi {
  public static of(cluster: Cluster): GatewayApi {
    return new GatewayApi(cluster);
  }

  private readonly byHost = new Map<string, Manifest>();

  private constructor(cluster: Cluster) {
    const routes = [
      ...cluster.objects('gateway.networking.k8s.io/HTTPRoute'),
      ...cluster.objects('gateway.networking.k8s.io/GRPCRoute'),
    ];
    for (const route of routes) {
      for (const host of parents(route)) this.byHost.set(host, route);
    }
  }

  /** Routes whose parent is a service change what sidecars do with calls to it. */
  public forService(host: string): readonly string[] {
    const route = this.byHost.get(host);
    return route ? [`what ${route.kind} ${route.namespace}/${route.name} says of ${host}`] : [];
  }

  /** @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment */
  public forGateway({ labels = {} }: ProxyNode): readonly string[] {
    const name = labels['gateway.networking.k8s.io/gateway-name'];
    return name === undefined ? [] : [`the routes of Gateway ${name} of the Gateway API`];
  }
}

function parents({ body, namespace }: Manifest): string[] {
  const spec = isObject(body.spec) ? body.spec : {};
  const refs = Array.isArray(spec.parentRefs) ? spec.parentRefs.filter(isObject) : [];
  return refs.flatMap(({ kind, name, namespace: other }: Readonly<Record<string, Json>>) => {
    if (typeof name !== 'string') return [];
    if (kind === 'Service') return [serviceHost(name, typeof other === 'string' ? other : namespace)];
    return kind === 'Hostname' ? [name] : [];
  });
}
