import type { Rule } from '../rule';

export const rawEnvoyFilter: Rule = {
  code: 'RawEnvoyFilter',
  severity: 'info',
  summary: 'An EnvoyFilter patches what Istio writes for Envoy, which any version of Istio may write otherwise',
  aliases: ['IST0133'],
  optOut: 'envoy-filter',
  page: {
    avoid: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: web, namespace: istio-ingress}
spec:
  workloadSelector: {labels: {istio: ingress}}
  priority: 10
  configPatches:
    - applyTo: HTTP_FILTER
      match: {context: GATEWAY}
      patch: {operation: INSERT_FIRST, value: {name: envoy.filters.http.grpc_web}}
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: grpc-web, port: 8080, appProtocol: grpc-web}]}
`,
    why: `The filter names parts of a configuration that is not part of Istio's API. After an upgrade it may match nothing,
or something else. For many filters there is an API by now: grpc-web, for one, is translated by the sidecar of a port
whose appProtocol is grpc-web.`,
    unless: 'There is no API for what it does.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
      'https://istio.io/latest/docs/reference/config/analysis/ist0133/',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('networking.istio.io/EnvoyFilter')) {
      const parts = [...new Set((object.body.spec?.configPatches ?? []).map(({ applyTo }) => applyTo))];
      yield {
        object,
        path: ['spec'],
        message: `It patches ${parts.join(', ') || 'nothing'} of Envoy's configuration, and answers about these proxies may be wrong because of it.`,
        fix: 'Look whether an API does it by now, and look at it again at each upgrade of Istio.',
      };
    }
  },
};
