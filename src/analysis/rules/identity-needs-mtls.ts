import { mtlsModes } from '../mtls-modes';
import type { Rule } from '../rule';

export const identityNeedsMtls: Rule = {
  code: 'IdentityNeedsMtls',
  severity: 'error',
  summary: 'A policy asks for identities where mutual TLS is off, so that nobody has one',
  aliases: ['KIA0105'],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: DISABLE}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]}]
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
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]}]
`,
    why: `The identity of a caller comes from its certificate. Where a PeerAuthentication says DISABLE there is none, and
principals, namespaces and serviceAccounts match nobody: ALLOW refuses every call, DENY refuses none.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls',
      'https://kiali.io/docs/features/validations/',
    ],
  },
  *check(subject) {
    const { cluster } = subject;
    const peers = cluster.objects('security.istio.io/PeerAuthentication');
    if (!peers.some(({ body }) => JSON.stringify(body.spec ?? {}).includes('DISABLE'))) return;
    for (const word of ['principals', 'namespaces', 'serviceAccounts'] as const) {
      for (const one of subject.written.said(word)) {
        const { object, action, value, negated } = one;
        if (negated) continue;
        const modes = mtlsModes(subject, object);
        if (modes.size === 0 || [...modes].some((mode) => mode !== 'DISABLE')) continue;
        const effect = action === 'DENY' ? 'it stops nobody' : 'it lets nobody in';
        yield {
          object,
          path: one.path,
          message: `Mutual TLS is DISABLEd here, so no caller has the identity '${value}': ${effect}.`,
          fix: `PeerAuthentication: mtls: {mode: STRICT}`,
        };
      }
    }
  },
};
