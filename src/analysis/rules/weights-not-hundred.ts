import type { Rule } from '../rule';

export const weightsNotHundred: Rule = {
  code: 'WeightsNotHundred',
  severity: 'warning',
  otherwise: { error: 'all weights are 0, which Istio refuses' },
  summary: 'The weights of a route do not add up to 100, so its shares are others than are written',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.example.com]
  gateways: [istio-ingress/api]
  http:
    - route:
        - {destination: {host: menu.shop.svc.cluster.local}, weight: 100}
        - {destination: {host: menu.shop.svc.cluster.local, port: {number: 50051}}, weight: 10}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.example.com]
  gateways: [istio-ingress/api]
  http:
    - route:
        - {destination: {host: menu.shop.svc.cluster.local}, weight: 90}
        - {destination: {host: menu.shop.svc.cluster.local, port: {number: 50051}}, weight: 10}
`,
    why: `Envoy shares calls out in proportion to the weights, whatever their sum: of 100 and 10 the second gets 9 %, and
not 10. A destination without weight gets nothing. All weights zero is refused.`,
    unless: 'The weights are meant as proportions.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination',
      'https://github.com/istio/istio/blob/1.31.1/pkg/config/validation/validation.go (validateHTTPRouteDestinations)',
    ],
  },
  *check({ written }) {
    for (const { object, route, path } of written.httpRoutes) {
      const weights = (route.route ?? []).map(({ weight = 0 }) => weight);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      if (weights.length < 2 || sum === 100) continue;
      const shares = weights.map((weight) => `${Math.round((weight / sum) * 1000) / 10} %`);
      yield {
        object,
        path: [...path, 'route'],
        severity: sum === 0 ? 'error' : 'warning',
        message:
          sum === 0
            ? 'All weights are 0, so Istio refuses the VirtualService.'
            : `The weights ${weights.join(' and ')} add up to ${sum}: the destinations get ${shares.join(' and ')}.`,
        fix: 'Write weights that add up to 100.',
      };
    }
  },
};
