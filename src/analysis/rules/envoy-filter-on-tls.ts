import type { Rule } from '../rule';

export const envoyFilterOnTls: Rule = {
  code: 'EnvoyFilterOnTls',
  severity: 'warning',
  summary: 'An EnvoyFilter patches listeners, filter chains or TLS, on which all security of the mesh rests',
  aliases: [],
  optOut: 'envoy-filter',
  page: {
    avoid: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: web, namespace: istio-ingress}
spec:
  workloadSelector: {labels: {istio: ingress}}
  configPatches:
    - applyTo: CLUSTER
      match: {context: GATEWAY}
      patch: {operation: MERGE, value: {transport_socket: {name: envoy.transport_sockets.raw_buffer}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: partner, namespace: istio-ingress}
spec: {host: api.partner.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner, namespace: istio-ingress}
spec: {hosts: [api.partner.example.com], ports: [{number: 443, name: https, protocol: HTTPS}], resolution: DNS}
`,
    why: `A transport socket is the TLS of a connection, and a filter chain decides which policies are asked. A patch that
matches more than was meant, or something else after an upgrade, turns them off without a word. PeerAuthentication,
DestinationRule and Gateway say the same by an API.`,
    unless: 'No API can say it.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/envoy-filter/',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('networking.istio.io/EnvoyFilter')) {
      for (const [index, { applyTo, patch }] of (object.body.spec?.configPatches ?? []).entries()) {
        const touches =
          applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN'
            ? applyTo
            : /"(?:transport_socket|transportSocket)(?:_matches)?"/.exec(JSON.stringify(patch?.value ?? null))?.[0];
        if (!touches) continue;
        yield {
          object,
          path: ['spec', 'configPatches', index],
          message: `It patches ${touches.replaceAll('"', '')}: mutual TLS and policies of these proxies rest on it, and nobody checks what is left of them.`,
          fix: 'Say it by a PeerAuthentication, a DestinationRule or a Gateway.',
        };
      }
    }
  },
};
