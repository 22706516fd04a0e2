import type { Rule } from '../rule';

export const sourceBesideGateways: Rule = {
  code: 'SourceBesideGateways',
  severity: 'warning',
  summary: 'A match names gateways and the source of a call: Istio does not look at the source then',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  template:
    metadata: {labels: {app: payment}}
    spec: {serviceAccountName: payment, containers: [{name: app, image: payment}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment-next, namespace: shop}
spec:
  selector: {matchLabels: {app: payment-next}}
  template:
    metadata: {labels: {app: payment-next}}
    spec: {serviceAccountName: payment, containers: [{name: app, image: payment}]}
---
apiVersion: v1
kind: Service
metadata: {name: payment, namespace: shop}
spec: {selector: {app: payment}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: v1
kind: Service
metadata: {name: payment-next, namespace: shop}
spec: {selector: {app: payment-next}, ports: [{name: grpc, port: 50051}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: payment, namespace: shop}
spec:
  hosts: [payment.shop.svc.cluster.local]
  http:
    - match: [{gateways: [mesh], sourceLabels: {app: beta}}]
      route: [{destination: {host: payment-next.shop.svc.cluster.local}}]
    - route: [{destination: {host: payment.shop.svc.cluster.local}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: payment, namespace: shop}
spec:
  hosts: [payment.shop.svc.cluster.local]
  http:
    - match: [{sourceLabels: {app: beta}}]
      route: [{destination: {host: payment-next.shop.svc.cluster.local}}]
    - route: [{destination: {host: payment.shop.svc.cluster.local}}]
`,
    why: `istiod decides by the source for which proxies a match is, unless the match says so itself by its gateways: then
every proxy there gets it. What was meant for one client is what happens to all, and what comes after it to nobody.`,
    unless: 'Every client shall get the route; then take the source out instead.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (sourceMatchHTTP)',
    ],
  },
  *check({ written }) {
    for (const object of written.virtualServices) {
      for (const [index, { match }] of (object.body.spec?.http ?? []).entries()) {
        for (const [at, { gateways, sourceLabels, sourceNamespace }] of (match ?? []).entries()) {
          const hasLabels = Object.keys(sourceLabels ?? {}).length > 0;
          if (!gateways?.length || (!hasLabels && !sourceNamespace)) continue;
          const ignored = hasLabels ? 'sourceLabels' : 'sourceNamespace';
          yield {
            object,
            path: ['spec', 'http', index, 'match', at, ignored],
            message: `The match is for ${gateways.join(' and ')}, so ${ignored} counts nothing: every client there gets this route.`,
            fix: 'Take gateways out of the match. A gateway has other labels, and does not get it.',
          };
        }
      }
    }
  },
};
