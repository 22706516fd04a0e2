import { AbsentHosts } from '../absent-hosts';
import { destinationsOf } from '../http-routes';
import type { Rule } from '../rule';

export const unknownHost: Rule = {
  code: 'UnknownHost',
  severity: 'error',
  summary: 'A route leads to a host that is neither a Service nor in a ServiceEntry',
  aliases: ['IST0101', 'KIA1101'],
  page: {
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http: [{route: [{destination: {host: menue.shop.svc.cluster.local}}]}]
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local}}]}]
`,
    why: `A proxy has no cluster for a host that istiod does not know, and answers calls to it with 503, which gRPC clients
see as status 14. A name without dots is one of the namespace of the VirtualService; a name with dots is taken as it
is, so order.shop is not order.shop.svc.cluster.local.`,
    unless:
      'The Service comes from elsewhere. Namespaces of which no Service is among the manifests are not looked at.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination',
    ],
  },
  *check({ cluster, written }) {
    const hosts = AbsentHosts.of(cluster);
    for (const one of written.httpRoutes) {
      for (const { destination, path } of destinationsOf(one)) {
        const absent = hosts.find(destination.host, one.object.namespace);
        if (!absent) continue;
        const { host, meant, hint, external } = absent;
        yield {
          object: one.object,
          path: [...path, 'host'],
          severity: external ? 'warning' : 'error',
          message: meant
            ? `Istio takes '${destination.host}' as it is written, and knows no such host: calls fail with status 14.`
            : `There is no ${external ? 'ServiceEntry' : 'Service'} for ${host}: calls fail with status 14.${hint}`,
          fix: meant ? `host: ${meant}` : 'host: …   # the full name of a Service, or a host of a ServiceEntry',
        };
      }
    }
  },
};
