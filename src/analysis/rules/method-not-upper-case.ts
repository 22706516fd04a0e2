import { meantByMethod } from '../method-values';
import type { Rule } from '../rule';

export const methodNotUpperCase: Rule = {
  code: 'MethodNotUpperCase',
  severity: 'error',
  summary: 'A method of HTTP is not written in capitals, as it is sent',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web, namespace: shop}
spec:
  action: DENY
  rules: [{to: [{operation: {methods: [delete]}}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web, namespace: shop}
spec:
  action: DENY
  rules: [{to: [{operation: {methods: [DELETE], ports: ["8080"]}}]}]
`,
    why: `Methods of HTTP are in capitals, and Envoy compares them with regard to case. A rule that asks for one in
small letters matches no request: a DENY stops nothing, and an ALLOW lets nobody in.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation',
      'https://www.rfc-editor.org/rfc/rfc9110#name-method-definitions',
    ],
  },
  *check({ written }) {
    for (const one of written.said('methods')) {
      const { object, value } = one;
      if (meantByMethod(value) !== 'http') continue;
      yield {
        object,
        path: one.path,
        message: `The method '${value}' matches no request: methods are compared with regard to case.`,
        fix: `- ${value.toUpperCase()}`,
      };
    }
  },
};
