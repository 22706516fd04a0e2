import type { Manifest } from '../../manifests/manifest';
import type { Workload } from '../../manifests/workload';
import type { Rule } from '../rule';

export const conflictingTelemetries: Rule = {
  code: 'ConflictingTelemetries',
  severity: 'warning',
  summary: 'Two Telemetries are for the same pods, and only the older one counts',
  aliases: ['IST0159', 'IST0160'],
  page: {
    avoid: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: tracing, namespace: shop}
spec: {tracing: [{randomSamplingPercentage: 10}]}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: logs, namespace: shop}
spec: {accessLogging: [{providers: [{name: envoy}]}]}
`,
    prefer: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: default, namespace: shop}
spec: {tracing: [{randomSamplingPercentage: 10}], accessLogging: [{providers: [{name: envoy}]}]}
`,
    why: `Of several Telemetries for one namespace, or for one workload, istiod takes the one that was made first. What only
the other says is not recorded.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0159/',
      'https://istio.io/latest/docs/reference/config/analysis/ist0160/',
    ],
  },
  *check({ cluster, selection }) {
    const wide = new Map<string, Manifest<unknown>>();
    const narrow = new Map<Workload, Manifest<unknown>>();
    for (const object of cluster.objects('telemetry.istio.io/Telemetry')) {
      const { selector, targetRef, targetRefs } = object.body.spec ?? {};
      if (targetRef || targetRefs) continue;
      const labels = selector?.matchLabels ?? {};
      const isNarrow = Object.keys(labels).length > 0;
      const selected = isNarrow ? selection.by(object.namespace, labels) : [];
      const shared = selected.find((it) => narrow.has(it));
      const first = isNarrow ? shared && narrow.get(shared) : wide.get(object.namespace);
      for (const workload of selected) if (!narrow.has(workload)) narrow.set(workload, object);
      if (!isNarrow && !first) wide.set(object.namespace, object);
      if (!first) continue;
      yield {
        object,
        path: ['spec'],
        message: `Telemetry ${first.namespace}/${first.name} is for ${shared?.id ?? `namespace ${object.namespace}`} already. Only the older of the two counts.`,
        fix: 'Make one of the two.',
      };
    }
  },
};
