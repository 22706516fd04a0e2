import { listed } from '../../manifests/words';
import { declaring } from '../http-routes';
import type { Rule } from '../rule';

export const missingPort: Rule = {
  code: 'MissingPort',
  severity: 'error',
  otherwise: { info: 'only sidecars read the route' },
  summary: 'A route leads to a Service of several ports and does not say to which',
  aliases: ['IST0112'],
  page: {
    given: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}, {name: http-metrics, port: 9090}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.example.com]
  gateways: [istio-ingress/api]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local}}]}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.example.com]
  gateways: [istio-ingress/api]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local, port: {number: 50051}}}]}]
`,
    why: `Without a port a proxy takes the one that its client called. That is right for a sidecar; at a gateway it is 443
or 80, which the Service does not have, so every call fails. istioctl calls it an error everywhere.`,
    unless: 'The Service has a port of the number of every server of the gateway.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0112/',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (GetDestinationCluster)',
    ],
  },
  *check({ cluster, written }) {
    for (const { object, destination, path } of written.destinations) {
      const isOutside = object.body.spec?.gateways?.some((gateway) => gateway !== 'mesh');
      const service = declaring(cluster, destination.host, object.namespace);
      if (!service || destination.port || service.ports.length < 2) continue;
      const numbers = service.ports.map(({ number }) => number);
      yield {
        object,
        path,
        severity: isOutside ? 'error' : 'info',
        message: `${service.host} has the ports ${listed(numbers, 'and')}, and the route names none: it goes to the port that the client called.`,
        fix: `port: {number: ${service.ports.find(({ protocol }) => protocol === 'grpc')?.number ?? numbers[0]}}`,
      };
    }
  },
};
