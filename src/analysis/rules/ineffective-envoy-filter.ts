import type { Rule } from '../rule';
import { isVain } from '../vain-patches';

export const ineffectiveEnvoyFilter: Rule = {
  code: 'IneffectiveEnvoyFilter',
  severity: 'error',
  summary: 'An EnvoyFilter does something to a part of the configuration with which that cannot be done',
  aliases: ['IST0152', 'IST0153', 'IST0154'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: web, namespace: istio-ingress}
spec:
  workloadSelector: {labels: {istio: ingress}}
  priority: 10
  configPatches:
    - applyTo: HTTP_ROUTE
      match: {context: GATEWAY}
      patch: {operation: ADD, value: {name: extra}}
`,
    prefer: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: web, namespace: istio-ingress}
spec:
  workloadSelector: {labels: {istio: ingress}}
  priority: 10
  configPatches:
    - applyTo: HTTP_ROUTE
      match: {context: GATEWAY}
      patch: {operation: INSERT_FIRST, value: {name: extra}}
`,
    why: `REPLACE is for filters and virtual hosts; ADD and REMOVE are not for routes and route configurations. istiod
passes over such a patch.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0152/',
      'https://istio.io/latest/docs/reference/config/analysis/ist0153/',
      'https://istio.io/latest/docs/reference/config/analysis/ist0154/',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('networking.istio.io/EnvoyFilter')) {
      for (const [index, { applyTo = '', patch }] of (object.body.spec?.configPatches ?? []).entries()) {
        const operation = patch?.operation ?? '';
        if (!isVain(operation, applyTo)) continue;
        yield {
          object,
          path: ['spec', 'configPatches', index, 'patch', 'operation'],
          message: `${operation} does nothing to ${applyTo}: istiod passes over the patch.`,
          fix: operation === 'REPLACE' ? 'operation: MERGE' : 'operation: INSERT_FIRST',
        };
      }
    }
  },
};
