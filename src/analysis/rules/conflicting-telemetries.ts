import type { Rule } from '../rule';
import { labelsIn, tooLate } from '../too-late';

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
    const objects = cluster.objects('telemetry.istio.io/Telemetry');
    const late = tooLate(
      objects.filter(({ body: { spec } }) => !spec?.targetRef && !spec?.targetRefs),
      ({ spec }) => labelsIn(spec?.selector),
      selection,
    );
    for (const { object, first, scope } of late) {
      yield {
        object,
        path: ['spec'],
        message: `Telemetry ${first.namespace}/${first.name} is for ${scope} already. Only the older of the two counts.`,
        fix: 'Make one of the two.',
      };
    }
  },
};
