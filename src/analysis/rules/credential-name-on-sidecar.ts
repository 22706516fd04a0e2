import type { Rule } from '../rule';

export const credentialNameOnSidecar: Rule = {
  code: 'CredentialNameOnSidecar',
  severity: 'error',
  summary: 'A DestinationRule without workloadSelector names a Secret: sidecars drop its TLS and send plaintext',
  aliases: [],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: partner, namespace: shop}
spec:
  host: api.partner.example.com
  trafficPolicy: {tls: {mode: MUTUAL, credentialName: partner-client}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner, namespace: shop}
spec: {hosts: [api.partner.example.com], ports: [{number: 443, name: grpc, protocol: GRPC}], resolution: DNS}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: partner, namespace: shop}
spec:
  host: api.partner.example.com
  workloadSelector: {matchLabels: {app: checkout}}
  trafficPolicy: {tls: {mode: MUTUAL, credentialName: partner-client}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner, namespace: shop}
spec: {hosts: [api.partner.example.com], ports: [{number: 443, name: grpc, protocol: GRPC}], resolution: DNS}
`,
    why: `Gateways read Secrets by credentialName; sidecars do so only for a DestinationRule that selects their pods. For
one that does not istiod leaves the whole tls block out, and the sidecar sends plaintext.`,
    unless: 'Only gateways call the host.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/cluster_tls.go',
    ],
  },
  *check({ selection, written }) {
    for (const { object, policy, path } of written.trafficPolicies) {
      const { credentialName, mode } = policy.tls ?? {};
      if (!credentialName || object.body.spec?.workloadSelector || (mode !== 'SIMPLE' && mode !== 'MUTUAL')) continue;
      const own = selection.by(object.namespace);
      if (own.length > 0 && own.every(({ dataPlane }) => dataPlane === 'gateway')) continue;
      yield {
        object,
        path: [...path, 'tls', 'credentialName'],
        message: `Sidecars read the Secret '${credentialName}' only by a rule with a workloadSelector: without one they drop the tls block and send plaintext.`,
        fix: 'workloadSelector: {matchLabels: {app: …}}   # of the pods that call',
      };
    }
  },
};
