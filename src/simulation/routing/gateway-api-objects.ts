import type { Cluster } from '../../manifests/cluster';
import { isObject, type Json, type JsonObject } from '../../manifests/json';
import type { Manifest } from '../../manifests/manifest';
import { CLUSTER_DOMAIN, serviceHost } from '../../manifests/service';

/** A route of the Gateway API, as far as it is read: for whom it is, and whom it names. */
export interface ApiRoute {
  readonly manifest: Manifest;
  readonly hostnames: readonly string[];
  /** Hosts of the services whose calls it routes. */
  readonly services: readonly string[];
  /** `shop/edge`; whatever it may be attached to through another object: `anything`. */
  readonly gateways: readonly string[] | 'anything';
  /** Hosts to which it leads, or `anything` where it names something that is no service. */
  readonly backends: readonly string[] | 'anything';
}

/** A Gateway of the Gateway API. */
export interface ApiGateway {
  readonly manifest: Manifest;
  readonly listeners: readonly { readonly port: number; readonly protocol: string; readonly hostname?: string }[];
  /** Hosts of the Services whose pods it takes for its own; without any, Istio makes pods for it. */
  readonly services: readonly string[];
  readonly isWaypoint: boolean;
}

export function apiRoutes(cluster: Cluster): ApiRoute[] {
  const manifests: readonly Manifest[] = [
    ...cluster.objects('gateway.networking.k8s.io/HTTPRoute'),
    ...cluster.objects('gateway.networking.k8s.io/GRPCRoute'),
  ];
  const entries = cluster.objects('networking.istio.io/ServiceEntry');
  return manifests.map((manifest) => {
    const { namespace } = manifest;
    const { hostnames, parentRefs, rules } = specOf(manifest);
    const parents = objects(parentRefs).map((ref) => refOf(ref, 'Gateway', namespace));
    const backends = objects(rules)
      .flatMap(({ backendRefs }) => objects(backendRefs))
      .map((ref) => refOf(ref, 'Service', namespace));
    const hosts = backends.flatMap(hostOf);
    return {
      manifest,
      hostnames: texts(hostnames),
      services: parents.flatMap((ref) => {
        const entry = entries.find((it) => ref.kind === 'ServiceEntry' && isNamed(it, ref));
        return entry ? (entry.body.spec?.hosts ?? []) : hostOf(ref);
      }),
      gateways: parents.some(({ kind }) => kind.endsWith('ListenerSet'))
        ? 'anything'
        : parents.filter(({ kind }) => kind === 'Gateway').map((ref) => `${ref.namespace}/${ref.name}`),
      backends: hosts.length === backends.length ? hosts : 'anything',
    };
  });
}

export function apiGateways(cluster: Cluster): ApiGateway[] {
  return cluster.objects('gateway.networking.k8s.io/Gateway').map((manifest) => {
    const { listeners, addresses, gatewayClassName } = specOf(manifest);
    return {
      manifest,
      listeners: objects(listeners).map(({ port, protocol, hostname }) => ({
        port: Number(port),
        protocol: String(protocol),
        ...(typeof hostname === 'string' && { hostname }),
      })),
      services: objects(addresses)
        .filter(({ type = 'Hostname' }) => type === 'Hostname')
        .map(({ value }) => String(value))
        .map((host) => (host.includes('.') ? host : `${host}.${manifest.namespace}.svc.${CLUSTER_DOMAIN}`)),
      isWaypoint: gatewayClassName === 'istio-waypoint',
    };
  });
}

interface Ref {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

function refOf({ kind, name, namespace }: JsonObject, usual: string, own: string): Ref {
  return {
    kind: typeof kind === 'string' ? kind : usual,
    namespace: typeof namespace === 'string' ? namespace : own,
    name: String(name),
  };
}

function hostOf({ kind, name, namespace }: Ref): string[] {
  if (kind === 'Service') return [serviceHost(name, namespace)];
  return kind === 'Hostname' ? [name] : [];
}

function isNamed(manifest: Manifest<unknown>, { name, namespace }: Ref): boolean {
  return manifest.name === name && manifest.namespace === namespace;
}

function specOf({ body }: Manifest): JsonObject {
  return isObject(body.spec) ? body.spec : {};
}

function objects(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function texts(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter((it) => typeof it === 'string') : [];
}
