import { resolveShortName } from '../../simulation/visibility/resolve-host';
import type { VirtualService } from '../http-routes';
import type { Rule } from '../rule';

export const meshOnlyCanary: Rule = {
  code: 'MeshOnlyCanary',
  severity: 'warning',
  summary: 'Calls from outside pass by the subsets that calls inside the mesh are shared out to',
  aliases: ['IST0140'],
  page: {
    given: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menu.shop.svc.cluster.local, subsets: [{name: stable, labels: {v: "1"}}, {name: canary, labels: {v: "2"}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - route:
        - {destination: {host: menu.shop.svc.cluster.local, subset: stable}, weight: 95}
        - {destination: {host: menu.shop.svc.cluster.local, subset: canary}, weight: 5}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu-api, namespace: shop}
spec:
  hosts: [menu.example.com]
  gateways: [istio-ingress/api]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local}}]}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu-api, namespace: shop}
spec:
  hosts: [menu.example.com]
  gateways: [istio-ingress/api]
  http:
    - route:
        - {destination: {host: menu.shop.svc.cluster.local, subset: stable}, weight: 95}
        - {destination: {host: menu.shop.svc.cluster.local, subset: canary}, weight: 5}
`,
    why: `A gateway sends to the destination of its own route, and does not ask the VirtualService of that host again.
Without a subset it sends to all pods of the Service: a canary of five per cent gets as many calls as it has pods.
istioctl compares hosts as they are written, so it misses short names, and it reports a VirtualService beside
itself.`,
    unless: 'Calls from outside shall reach all pods.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0140/',
      'https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-have-no-effect-on-ingress-gateway-requests',
    ],
  },
  *check({ written }) {
    const split = new Map<string, VirtualService[]>();
    for (const { object, route } of written.httpRoutes) {
      const full = (host: string) => resolveShortName(host, object.namespace);
      const hosts = new Set(object.body.spec?.hosts?.map(full));
      for (const { destination } of route.route ?? []) {
        const host = full(destination.host);
        if (destination.subset && hosts.has(host)) split.set(host, [...(split.get(host) ?? []), object]);
      }
    }
    for (const { object, route, path } of written.httpRoutes) {
      if (!object.body.spec?.gateways?.some((gateway) => gateway !== 'mesh')) continue;
      for (const [index, { destination }] of (route.route ?? []).entries()) {
        const host = resolveShortName(destination.host, object.namespace);
        const other = destination.subset ? undefined : split.get(host)?.find((it) => it !== object);
        if (!other) continue;
        yield {
          object,
          path: [...path, 'route', index, 'destination'],
          message: `VirtualService ${other.namespace}/${other.name} shares ${host} out to subsets, and the gateway passes by it: it sends to all pods.`,
          fix: 'Repeat the subsets and their weights here.',
        };
      }
    }
  },
};
