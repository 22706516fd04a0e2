import type { Rule } from '../rule';
import { isVain } from '../vain-patches';

export const relativeEnvoyFilter: Rule = {
  code: 'RelativeEnvoyFilter',
  severity: 'warning',
  summary: 'An EnvoyFilter goes by what other filters have left there, and does not say when its turn is',
  aliases: ['IST0151', 'IST0155'],
  optOut: 'envoy-filter',
  page: {
    avoid: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: web, namespace: istio-ingress}
spec:
  workloadSelector: {labels: {istio: ingress}}
  configPatches:
    - applyTo: HTTP_FILTER
      match: {context: GATEWAY}
      patch: {operation: INSERT_BEFORE, value: {name: envoy.filters.http.grpc_web}}
`,
    prefer: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: web, namespace: istio-ingress}
spec:
  workloadSelector: {labels: {istio: ingress}}
  priority: 10
  configPatches:
    - applyTo: HTTP_FILTER
      match: {context: GATEWAY}
      patch: {operation: INSERT_BEFORE, value: {name: envoy.filters.http.grpc_web}}
`,
    why: `INSERT_BEFORE, INSERT_AFTER, REMOVE and REPLACE need something that is there already. Filters of one priority are
applied by their age, so another one that is made anew may come first or last: the same YAML gives another order.`,
    unless: 'It is the only EnvoyFilter for these proxies.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0151/',
      'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('networking.istio.io/EnvoyFilter')) {
      const { priority, configPatches = [] } = object.body.spec ?? {};
      if (priority) continue;
      for (const [index, { applyTo = '', patch }] of configPatches.entries()) {
        const operation = patch?.operation ?? '';
        if (!/^(?:INSERT_BEFORE|INSERT_AFTER|REMOVE|REPLACE)$/.test(operation) || isVain(operation, applyTo)) continue;
        yield {
          object,
          path: ['spec', 'configPatches', index, 'patch', 'operation'],
          message: `${operation} depends on which other filters came before, and without a priority that is a matter of age.`,
          fix: 'priority: 10',
        };
      }
    }
  },
};
