import type { ClusterOptions } from '../../src/manifests/cluster';
import { DestinationRules } from '../../src/simulation/routing/destination-rules';
import type { RouteRequest } from '../../src/simulation/routing/route-request';
import type { RouteResult } from '../../src/simulation/routing/route-result';
import { Routes } from '../../src/simulation/routing/routes';
import { SidecarScopes } from '../../src/simulation/visibility/sidecar-scopes';
import { clusterOf, workloadAt } from './cluster-of';

function pod(id: string, labels: string, annotations = '{}'): string {
  const [namespace, name] = id.split('/');
  return `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}, annotations: ${annotations}}
spec: {containers: [{name: app, image: app}]}
---`;
}

function service(id: string, ports: string, selector: string): string {
  const [namespace, name] = id.split('/');
  return `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: ${selector}, ports: ${ports}}
---`;
}

function namespace(name: string, labels = '{istio-injection: enabled}'): string {
  return `
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: ${labels}}
---`;
}

const GRPC = '[{name: grpc, port: 50051}]';

/** Order in two versions, menu and a cache in `shop`; a client there and in `bar`; the pods of a gateway. */
export const MESH = [
  namespace('shop'),
  namespace('bar'),
  namespace('istio-system', '{}'),
  namespace('istio-ingress'),
  namespace('legacy', '{}'),
  pod('shop/order-v1', '{app: order, version: v1}'),
  pod('shop/order-v2', '{app: order, version: v2}'),
  pod('shop/menu', '{app: menu}'),
  pod('shop/cache', '{app: cache}'),
  pod('shop/client', '{app: client, team: web}'),
  pod('bar/client', '{app: client}'),
  pod('legacy/client', '{app: client}'),
  pod('istio-ingress/ingress', '{istio: ingress}', '{inject.istio.io/templates: gateway}'),
  service(
    'shop/order',
    '[{name: grpc, port: 50051}, {name: http-admin, port: 8080}, {name: raw, port: 9000}]',
    '{app: order}',
  ),
  service('shop/menu', GRPC, '{app: menu}'),
  service('shop/cache', '[{name: tcp-redis, port: 6379}]', '{app: cache}'),
  service(
    'istio-ingress/ingress',
    '[{name: http2, port: 80, targetPort: 8080}, {name: https, port: 443, targetPort: 8443}]',
    '{istio: ingress}',
  ),
].join('');

/** A VirtualService for the service `shop/order`, with these routes. */
export function orderRoutes(http: string, more = '', name = 'order'): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: [order]
  ${more}
  http:
${http}
---`;
}

/** A DestinationRule for it, with the subsets v1 and v2. */
export const SUBSETS = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec:
  host: order
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
---`;

/** Gateway `shop/api` on the pods of the mesh's gateway, with these servers. */
export function gateway(servers: string, name = 'api', namespace = 'shop'): string {
  return `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {istio: ingress}
  servers:
${servers}
---`;
}

export const HTTPS = `
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: ['*']
      tls: {mode: SIMPLE, credentialName: cert}`;

type Inside = Partial<Omit<RouteRequest, 'via'>> & { readonly from?: string };
type Outside = Partial<RouteRequest>;

/** The mesh above, with more objects. */
export function meshWith(text: string, options: ClusterOptions & { malformed?: boolean } = {}) {
  const cluster = clusterOf(`${MESH}\n${text}`, options);
  const routes = Routes.of(cluster, SidecarScopes.of(cluster), DestinationRules.of(cluster));
  return {
    cluster,
    routes,
    /** A call of `shop/client` to `order:50051`, unless told otherwise. */
    inside: ({ from = 'shop/client', ...request }: Inside = {}): RouteResult =>
      routes.route({
        host: 'order',
        port: 50051,
        path: '/shop.Order/Place',
        ...request,
        via: { kind: 'sidecar', workload: workloadAt(cluster, from) },
      }),
    /** A request for `api.example.com` to port 443 of the gateway, unless told otherwise. */
    outside: (request: Outside = {}): RouteResult =>
      routes.route({
        via: { kind: 'gateway', gateway: workloadAt(cluster, 'istio-ingress/ingress') },
        host: 'api.example.com',
        port: 443,
        path: '/shop.Order/Place',
        ...request,
      }),
  };
}

/** Where a request goes, in short: `order:50051/v1 90, order:50051/v2 10`, or how it ends. */
export function summary({ outcome, destinations, grpcStatus, missing }: RouteResult): string {
  if (outcome === 'unknown') return `unknown: ${missing.join('; ')}`;
  if (outcome !== 'routed') return `${outcome} ${grpcStatus}`;
  return destinations
    .map(({ host, port, subset, weight }) => {
      const name = host.replace('.shop.svc.cluster.local', '');
      return `${name}:${port?.number}${subset === undefined ? '' : `/${subset}`} ${weight}`;
    })
    .join(', ');
}
