import { listed } from '../../manifests/words';
import { declaring } from '../http-routes';
import type { Rule } from '../rule';

export const unknownPort: Rule = {
  code: 'UnknownPort',
  severity: 'error',
  summary: 'A route leads to a port that the Service does not have',
  aliases: ['IST0101'],
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
  hosts: [menu.shop.svc.cluster.local]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local, port: {number: 8080}}}]}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local, port: {number: 50051}}}]}]
`,
    why: `A destination names the port of the Service, not that of its containers. For one that does not exist a proxy has
no cluster, and answers with 503, which gRPC clients see as status 14.
For a host that istioctl takes for hidden by exportTo it reports no ports.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#PortSelector',
    ],
  },
  *check({ cluster, written }) {
    for (const { object, destination, path } of written.destinations) {
      const number = destination.port?.number;
      const service = number === undefined ? undefined : declaring(cluster, destination.host, object.namespace);
      if (!service || service.ports.some((port) => port.number === number)) continue;
      const numbers = service.ports.map((port) => port.number);
      const target = service.ports.find(({ targetPort }) => targetPort === number);
      yield {
        object,
        path: [...path, 'port', 'number'],
        message: `${service.host} has no port ${number}${target ? ', which is that of its containers' : ''}: calls fail with status 14.`,
        fix: `port: {number: ${target?.number ?? (numbers.length > 0 ? listed(numbers, 'or') : '…')}}`,
      };
    }
  },
};
