import { oldestFirst } from '../../manifests/age';
import type { Manifest } from '../../manifests/manifest';
import type { Workload } from '../../manifests/workload';
import type { Rule } from '../rule';

export const conflictingSidecars: Rule = {
  code: 'ConflictingSidecars',
  severity: 'error',
  summary: 'Two Sidecars are for the same pods, and only the older one counts',
  aliases: ['IST0110', 'IST0111', 'KIA0002', 'KIA0003'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [istio-system/*]}]}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: strict, namespace: shop}
spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [istio-system/*]}], outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
`,
    why: `Each proxy obeys one Sidecar: one that selects its pod, else the one of its namespace. Of several the one that
was made first; nothing is merged.
Pods with a sidecar in a namespace in ambient mode are looked at too, other than by istioctl.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0110/',
      'https://istio.io/latest/docs/reference/config/analysis/ist0111/',
    ],
  },
  *check({ cluster, selection }) {
    const wide = new Map<string, Manifest<unknown>>();
    const narrow = new Map<Workload, Manifest<unknown>>();
    for (const object of oldestFirst(cluster.objects('networking.istio.io/Sidecar'))) {
      const selector = object.body.spec?.workloadSelector;
      const selected = selector ? selection.by(object.namespace, selector.labels) : [];
      const shared = selected.find((it) => narrow.has(it));
      const first = selector ? shared && narrow.get(shared) : wide.get(object.namespace);
      for (const workload of selected) if (!narrow.has(workload)) narrow.set(workload, object);
      if (!selector && !first) wide.set(object.namespace, object);
      if (!first) continue;
      yield {
        object,
        path: ['spec'],
        message: `Sidecar ${first.namespace}/${first.name} is for ${shared?.id ?? `namespace ${object.namespace}`} already. Only the older of the two counts.`,
        fix: 'Make one of the two.',
      };
    }
  },
};
