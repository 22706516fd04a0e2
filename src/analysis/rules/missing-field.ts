import type { Rule } from '../rule';
import { shapeTroubles } from '../shape-troubles';

export const missingField: Rule = {
  code: 'MissingField',
  severity: 'error',
  summary: 'A field that must be there is not, so the API server refuses the object',
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec: {trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec: {host: order.shop.svc.cluster.local}
`,
    why: `The API server refuses an object without a field that its kind requires. Nothing of it takes effect.
What else it says is not looked at until this is mended.`,
    unless: 'Never.',
    see: [
      'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
      'https://github.com/istio/api/blob/1.31.1/kubernetes/customresourcedefinitions.gen.yaml',
    ],
  },
  check(subject) {
    return shapeTroubles(subject, 'missing-field', (path) => `${path[path.length - 1] ?? 'spec'}: …`);
  },
};
