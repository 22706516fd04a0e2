import { didYouMean } from '../../manifests/words';
import { resolveShortName } from '../../simulation/visibility/resolve-host';
import type { Rule } from '../rule';
import { Subsets } from '../subsets';

export const unknownSubset: Rule = {
  code: 'UnknownSubset',
  severity: 'error',
  summary: 'A route leads to a subset that no DestinationRule makes',
  aliases: ['IST0101', 'KIA1107'],
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
spec: {host: menu.shop.svc.cluster.local, subsets: [{name: stable, labels: {version: "1"}}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local, subset: v1}}]}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http: [{route: [{destination: {host: menu.shop.svc.cluster.local, subset: stable}}]}]
`,
    why: `A subset is a cluster of its own in the proxy, and it comes from the DestinationRule of the host. Without it every
call that takes the route is answered with 503, which gRPC clients see as status 14.
istioctl misses the subset also where a DestinationRule of the host is refused; here the refusal is reported
instead.`,
    unless: 'The DestinationRule comes from elsewhere.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
      'https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule',
    ],
  },
  *check({ cluster, written }) {
    const subsets = Subsets.of(cluster);
    for (const { object, destination, path } of written.destinations) {
      const { subset } = destination;
      if (!subset) continue;
      const host = resolveShortName(destination.host, object.namespace).toLowerCase();
      const known = subsets.at(host);
      if (!known || known.has(subset)) continue;
      yield {
        object,
        path: [...path, 'subset'],
        message: `No DestinationRule makes a subset '${subset}' of ${host}: calls fail with status 14.${didYouMean(subset, [...known])}`,
        fix:
          known.size > 0
            ? `subset: ${[...known].join(' or ')}`
            : `A DestinationRule for ${host} with subset ${subset}.`,
      };
    }
  },
};
