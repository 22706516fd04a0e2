import type { Rule } from '../rule';
import { shapeTroubles } from '../shape-troubles';

export const valueNotAllowed: Rule = {
  code: 'ValueNotAllowed',
  severity: 'error',
  summary: 'A value is not one of those that its field may have, so the API server refuses the object',
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: MUTUAL}}
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`,
    why: `The API server knows all values of this field, or its bounds, and refuses the object with another one. What was in
the cluster before stays in force.
Rules about routes, traffic policies and the values of AuthorizationPolicies look at the rest of the object all the
same, others only once this is mended.`,
    unless: 'Never.',
    see: [
      'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
      'https://github.com/istio/api/blob/1.31.1/kubernetes/customresourcedefinitions.gen.yaml',
    ],
  },
  check(subject) {
    return shapeTroubles(subject, 'not-allowed', () => 'Write one of the values that the message names.');
  },
};
