import type { Rule } from '../rule';

const IDENTITY = /^[^/]+\/ns\/[^/]+\/sa\/[^/]+$/;

export const malformedPrincipal: Rule = {
  code: 'MalformedPrincipal',
  severity: 'error',
  summary: 'A principal is not of the form <trust domain>/ns/<namespace>/sa/<service account>',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [shop/checkout]}}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
`,
    why: `A principal is compared as text with the identity in the client's certificate, which Istio always writes as
<trust domain>/ns/<namespace>/sa/<service account>. Text of another form is equal to none. A star is a wildcard at the
begin or the end only; in the middle it is a star.`,
    unless: 'Certificates of another authority carry identities of another form.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source',
      'https://istio.io/latest/docs/concepts/security/#istio-identity',
    ],
  },
  *check({ written }) {
    for (const one of written.said('principals')) {
      const { object, value } = one;
      if (value.startsWith('spiffe://') || canMatch(value)) continue;
      yield {
        object,
        path: one.path,
        message: `No identity of the mesh is '${value}', so the principal matches nobody.`,
        fix: suggestion(value, object.namespace),
      };
    }
  },
};

function canMatch(value: string): boolean {
  if (value === '*') return true;
  if (value.startsWith('*')) return !value.slice(1).includes('*');
  if (value.endsWith('*')) return !value.slice(0, -1).includes('*');
  return IDENTITY.test(value) && !value.includes('*');
}

function suggestion(value: string, namespace: string): string {
  const words = value.split('/').filter((word) => /^[a-z0-9-]+$/.test(word) && word !== 'ns' && word !== 'sa');
  const [account = 'caller', place = namespace] = words.reverse();
  return `- cluster.local/ns/${place}/sa/${account}`;
}
