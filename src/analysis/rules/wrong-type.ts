import type { Rule } from '../rule';
import { shapeTroubles } from '../shape-troubles';

export const wrongType: Rule = {
  code: 'WrongType',
  severity: 'error',
  summary: 'A value is of the wrong type, so the API server refuses the object',
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: order, namespace: shop}
spec:
  hosts: [order.shop.svc.cluster.local]
  http: [{route: [{destination: {host: order.shop.svc.cluster.local, port: {number: "50051"}}}]}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: order, namespace: shop}
spec:
  hosts: [order.shop.svc.cluster.local]
  http: [{route: [{destination: {host: order.shop.svc.cluster.local, port: {number: 50051}}}]}]
`,
    why: `The API server takes no string for a number, and no number for a string. Nothing of the object takes effect.
What else it says is not looked at until this is mended.`,
    unless: 'Never.',
    see: [
      'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
      'https://github.com/istio/api/blob/1.31.1/kubernetes/customresourcedefinitions.gen.yaml',
    ],
  },
  check(subject) {
    return shapeTroubles(
      subject,
      'wrong-type',
      () => 'Write it as the message says; a string is in quotes, a number is not.',
    );
  },
};
