import type { Rule } from '../rule';
import { shapeTroubles } from '../shape-troubles';

export const unknownField: Rule = {
  code: 'UnknownField',
  severity: 'error',
  summary: 'A field does not exist: it is refused, or thrown away without a word',
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec:
  host: order.shop.svc.cluster.local
  trafficPolicy: {outlierDetection: {consecutiveConnectFailure: 5}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec:
  host: order.shop.svc.cluster.local
  trafficPolicy: {outlierDetection: {consecutiveGatewayErrors: 5}, loadBalancer: {localityLbSetting: {enabled: false}}}
`,
    why: `kubectl apply refuses an object with a field that its kind does not have. Clients that do not ask for strict
validation lose the field instead, and what it was to protect is not protected. Copied examples are full of them:
minRequestVolume, consecutiveConnectFailure, localityLbSetting beside loadBalancer.
Rules about routes, traffic policies and the values of AuthorizationPolicies look at the rest of the object all the
same, others only once this is mended.`,
    unless: 'The cluster has a newer version of the API than this library, which knows those of Istio 1.31.',
    see: [
      'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
      'https://github.com/istio/api/blob/1.31.1/kubernetes/customresourcedefinitions.gen.yaml',
    ],
  },
  check(subject) {
    return shapeTroubles(subject, 'unknown-field', () => 'Write the field that is meant, or leave it out.');
  },
};
