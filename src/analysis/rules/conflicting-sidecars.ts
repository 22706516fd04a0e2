import type { Rule } from '../rule';
import { tooLate } from '../too-late';

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
    const late = tooLate(
      cluster.objects('networking.istio.io/Sidecar'),
      ({ spec }) => spec?.workloadSelector && (spec.workloadSelector.labels ?? {}),
      selection,
    );
    for (const { object, first, scope } of late) {
      yield {
        object,
        path: ['spec'],
        message: `Sidecar ${first.namespace}/${first.name} is for ${scope} already. Only the older of the two counts.`,
        fix: 'Make one of the two.',
      };
    }
  },
};
