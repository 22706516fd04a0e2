import type { Cluster } from '../../manifests/cluster';
import { CLUSTER_DOMAIN, serviceHost } from '../../manifests/service';

/**
 * The full name of a host that a VirtualService, a DestinationRule or another object of Istio names: one without dots
 * is a Service of the object's own namespace.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/config.go (ResolveShortnameToFQDN)
 */
export function resolveShortName(host: string, namespace: string): string {
  return host === '' || host === '*' || host.includes('.') || host.includes(':') ? host : serviceHost(host, namespace);
}

/**
 * The full name of a host that a client in a namespace calls: `order`, `order.shop` and `order.shop.svc` are the
 * Service `order.shop.svc.cluster.local` if there is one.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#namespaces-of-services
 */
export function resolveHost(cluster: Cluster, host: string, namespace: string): string {
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  if (cluster.services.has(name)) {
    return name;
  }
  // The search domains of a pod's resolv.conf, in its order.
  for (const domain of [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN]) {
    if (cluster.services.has(`${name}.${domain}`)) {
      return `${name}.${domain}`;
    }
  }
  return resolveShortName(name, namespace);
}
