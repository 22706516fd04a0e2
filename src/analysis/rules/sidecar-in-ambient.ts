import type { Rule } from '../rule';

export const sidecarInAmbient: Rule = {
  code: 'SidecarInAmbient',
  severity: 'warning',
  summary: 'A Sidecar is for pods in ambient mode, which obey none',
  aliases: ['IST0167'],
  page: {
    avoid: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
`,
    prefer: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
`,
    why: `A Sidecar is read by sidecars. ztunnel limits nothing that a client may call, so REGISTRY_ONLY and the list of
hosts are not in force.
istioctl goes by an annotation of running pods, so it misses selectors in such a namespace, and pods that have a
sidecar there.`,
    unless: 'Some pods of the namespace have sidecars, and it is for them.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0167/',
      'https://istio.io/latest/docs/ambient/overview/',
    ],
  },
  *check({ cluster, selection }) {
    for (const object of cluster.objects('networking.istio.io/Sidecar')) {
      const selected = selection.by(object.namespace, object.body.spec?.workloadSelector?.labels);
      const label = cluster.namespaces.get(object.namespace)?.labels['istio.io/dataplane-mode'];
      const isAmbient =
        selected.length > 0 ? selected.every(({ dataPlane }) => dataPlane === 'ambient') : label === 'ambient';
      if (!isAmbient) continue;
      yield {
        object,
        path: ['spec'],
        message: `Pods of namespace ${object.namespace} are in ambient mode, where nothing obeys a Sidecar: it limits nobody.`,
        fix: 'Limit what goes out by NetworkPolicies, or by an egress gateway.',
      };
    }
  },
};
