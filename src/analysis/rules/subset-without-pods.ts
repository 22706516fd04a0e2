import { hasLabels } from '../../manifests/selectors';
import { serviceNamed } from '../http-routes';
import { labelsText } from '../labels-text';
import type { Rule } from '../rule';

export const subsetWithoutPods: Rule = {
  code: 'SubsetWithoutPods',
  severity: 'error',
  summary: 'A subset selects none of the pods behind its host',
  aliases: ['IST0173', 'KIA0203'],
  page: {
    given: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu, version: v1}}
    spec: {containers: [{name: app, image: menu}]}
---
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menu.shop.svc.cluster.local, subsets: [{name: stable, labels: {version: "1"}}]}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menu.shop.svc.cluster.local, subsets: [{name: stable, labels: {version: v1}}]}
`,
    why: `A subset takes those of the service's pods that have all of its labels: those of the template, not of the
Deployment. With no pods in it, calls to it are answered with 503, which gRPC clients see as status 14.
istioctl is content with any pod of the mesh that has the labels, and reports Services without pods too.`,
    unless: 'The pods come later, and no route leads to the subset before.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0173/',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset',
    ],
  },
  *check({ cluster, written }) {
    for (const object of written.destinationRules) {
      const { host = '', subsets = [] } = object.body.spec ?? {};
      const service = subsets.length > 0 ? serviceNamed(cluster, host, object.namespace) : undefined;
      const behind = service ? cluster.workloadsOf(service) : [];
      if (behind.length === 0) continue;
      for (const [index, { name, labels = {} }] of subsets.entries()) {
        if (behind.some((it) => hasLabels(it.labels, labels))) continue;
        yield {
          object,
          path: ['spec', 'subsets', index, 'labels'],
          message: `No pod behind ${service?.host} has the labels ${labelsText(labels)}, so calls to subset '${name}' fail with status 14.`,
          fix: 'labels: …   # of the pods, as they stand in the template of their Deployment',
        };
      }
    }
  },
};
