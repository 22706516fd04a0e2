import { said } from '../policy-words';
import type { Rule } from '../rule';

export const methodNotUpperCase: Rule = {
  code: 'MethodNotUpperCase',
  severity: 'error',
  summary: 'A method is not written in capitals, as HTTP sends it',
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
    why: `Methods of HTTP are in capitals, and Envoy compares them with regard to case. This DENY stops nothing.`,
    unless: 'A server has methods of its own invention in small letters.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation',
      'https://www.rfc-editor.org/rfc/rfc9110#name-method-definitions',
    ],
  },
  *check({ cluster }) {
    for (const { object, value, path } of said(cluster, 'methods')) {
      if (/[/.]/.test(value) || value === value.toUpperCase()) continue;
      yield {
        object,
        path,
        message: `The method '${value}' matches no request: methods are compared with regard to case.`,
        fix: `- ${value.toUpperCase()}`,
      };
    }
  },
};
