import { nearest } from '../../manifests/words';
import type { Rule } from '../rule';

export const unknownNamespace: Rule = {
  code: 'UnknownNamespace',
  severity: 'warning',
  summary: 'A policy names a namespace that is not there, but nearly one that is',
  aliases: ['KIA0101', 'IST0101'],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: checkout, labels: {istio-injection: enabled}}
`,
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{from: [{source: {namespaces: [chekout]}}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{from: [{source: {namespaces: [checkout]}}]}]
`,
    why: `A source of a namespace that does not exist matches nobody, until somebody makes that namespace. Manifests rarely
hold all namespaces of a cluster, so only what looks like a slip of the pen is reported; istioctl reports all.
istioctl compares names without regard to case, which Envoy does not.`,
    unless: 'The namespace exists, and is none of these manifests.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
      'https://kiali.io/docs/features/validations/',
    ],
  },
  *check({ cluster, written }) {
    const names = [...cluster.namespaces.keys()];
    for (const one of written.said('namespaces')) {
      const { object, value } = one;
      if (value.includes('*') || cluster.namespaces.has(value)) continue;
      const near = nearest(value, names);
      if (near === undefined) continue;
      yield {
        object,
        path: one.path,
        message: `There is no namespace '${value}', so it stands for nobody. Did you mean '${near}'?`,
        fix: `- ${near}`,
      };
    }
  },
};
