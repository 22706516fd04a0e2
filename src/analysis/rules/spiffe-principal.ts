import type { Rule } from '../rule';

export const spiffePrincipal: Rule = {
  code: 'SpiffePrincipal',
  severity: 'error',
  summary: 'A principal begins with spiffe://, and so never matches anybody',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [spiffe://cluster.local/ns/shop/sa/checkout]}}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
`,
    why: `istiod itself puts spiffe:// in front of each principal when it writes Envoy's configuration. With it the policy
compares against spiffe://spiffe://…, which no certificate holds: an ALLOW policy lets nobody in, a DENY policy stops
nobody.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/matcher/string.go',
    ],
  },
  *check({ written }) {
    for (const one of written.said('principals')) {
      const { object, action, value } = one;
      if (!value.startsWith('spiffe://')) continue;
      const effect = action === 'DENY' ? 'it stops nobody' : 'nobody is let in by it';
      yield {
        object,
        path: one.path,
        message: `The principal '${value}' never matches, because Istio adds spiffe:// itself: ${effect}.`,
        fix: `- ${value.slice('spiffe://'.length)}`,
      };
    }
  },
};
