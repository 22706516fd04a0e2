import { mtlsModes } from '../mtls-modes';
import type { Rule } from '../rule';

export const negativeIdentity: Rule = {
  code: 'NegativeIdentity',
  severity: 'error',
  summary: 'An ALLOW rule lets in all but some identities, and so whoever shows none',
  aliases: [],
  optOut: 'insecure-plaintext',
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{from: [{source: {notNamespaces: [staging]}}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{from: [{source: {notNamespaces: [staging]}}]}]
`,
    why: `A client without a certificate has no identity, and so none of those that are excluded: the rule lets it in,
also one of the excluded namespace that speaks plaintext. Only where mutual TLS is STRICT is there always an identity.
Better still, list who may call.`,
    unless: 'Never: set STRICT.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source',
      'https://istio.io/latest/docs/ops/best-practices/security/#use-allow-with-positive-matching-and-deny-with-negative-match-patterns',
    ],
  },
  *check(subject) {
    for (const word of ['principals', 'namespaces', 'serviceAccounts'] as const) {
      for (const one of subject.written.said(word)) {
        const { object, action, value, negated } = one;
        if (!negated || action !== 'ALLOW' || !one.isFirst) continue;
        const modes = mtlsModes(subject, object);
        if (![...modes].some((mode) => mode !== 'STRICT')) continue;
        yield {
          object,
          path: one.path.slice(0, -1),
          message: `The rule lets in everybody but '${value}', and a client that speaks plaintext is nobody: it comes in too, because mutual TLS is not STRICT here.`,
          fix: `PeerAuthentication ${object.namespace}/default: mtls: {mode: STRICT}`,
        };
      }
    }
  },
};
