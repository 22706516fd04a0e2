import { labelsText } from '../labels-text';
import type { Rule } from '../rule';

export const serviceWithoutPods: Rule = {
  code: 'ServiceWithoutPods',
  severity: 'warning',
  otherwise: { info: 'a construct made the Service: others may deploy the pods' },
  summary: 'A Service selects pods by labels that no pod of its namespace has',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}}
    spec: {containers: [{name: app, image: menu}]}
`,
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menue}, ports: [{name: grpc, port: 50051}]}
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    why: `A Service compares the labels of pods, those of the template and not of the Deployment. With no pods behind it
every call fails with status 14. Namespaces of which no pods are among the manifests are not looked at.`,
    unless: 'The pods come from elsewhere, or later.',
    see: ['https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes'],
  },
  *check({ cluster, selection }) {
    const groups = new Set(cluster.objects('networking.istio.io/WorkloadGroup').map(({ namespace }) => namespace));
    for (const service of cluster.services.values()) {
      if (service.kind !== 'Service' || !service.selector || groups.has(service.namespace)) continue;
      if (cluster.workloadsOf(service).length > 0 || selection.by(service.namespace).length === 0) continue;
      // The pods of a waypoint or a gateway are made by Istio.
      if ('gateway.networking.k8s.io/gateway-name' in service.selector) continue;
      yield {
        object: service.manifest,
        path: ['spec', 'selector'],
        message: `No pod of namespace ${service.namespace} has the labels ${labelsText(service.selector)}, so calls to ${service.host} fail with status 14.`,
        fix: 'Write the labels of the pods, as they stand in the template of their Deployment.',
        // A construct has its labels from the same place as its pods, or was told that others deploy them.
        ...(service.manifest.construct !== undefined && { severity: 'info' as const }),
      };
    }
  },
};
