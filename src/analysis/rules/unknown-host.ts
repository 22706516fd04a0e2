import type { AbsentHost } from '../absent-hosts';
import type { Rule } from '../rule';

export const unknownHost: Rule = {
  code: 'UnknownHost',
  severity: 'error',
  otherwise: { warning: 'the host is outside of the cluster, and a ServiceEntry elsewhere may know it' },
  summary: 'A route leads to a host that is neither a Service nor in a ServiceEntry',
  aliases: ['IST0101', 'KIA1101'],
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
  http: [{route: [{destination: {host: menue.shop.svc.cluster.local}}]}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local}}]}]
`,
    why: `A proxy has no cluster for a host that istiod does not know, and answers calls to it with 503, which gRPC clients
see as status 14. A name without dots is one of the namespace of the VirtualService; a name with dots is taken as it
is, so order.shop is not order.shop.svc.cluster.local.
A host that is hidden from all who read the route is reported too; istioctl looks from the namespace of the route
alone, and also misses Services of namespaces that are not among the manifests.`,
    unless:
      'The Service comes from elsewhere. Namespaces of which no Service is among the manifests are not looked at.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination',
    ],
  },
  *check({ written, hosts }) {
    for (const { object, destination, path } of written.destinations) {
      const absent = hosts.find(destination.host, object.namespace, object.body.spec?.exportTo);
      if (!absent) continue;
      yield {
        object,
        path: [...path, 'host'],
        severity: absent.external ? 'warning' : 'error',
        message: messageOf(absent, destination.host),
        fix: `host: ${absent.meant ?? absent.near ?? '…   # the full name of a Service, or a host of a ServiceEntry'}`,
      };
    }
  },
};

function messageOf({ host, meant, hint, external, hidden }: AbsentHost, written: string): string {
  if (hidden) return `${hidden} hides ${host} from all who read this route: calls fail with status 14.`;
  if (meant) return `Istio takes '${written}' as it is written, and knows no such host: calls fail with status 14.`;
  return `There is no ${external ? 'ServiceEntry' : 'Service'} for ${host}: calls fail with status 14.${hint}`;
}
