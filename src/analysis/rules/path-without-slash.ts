import type { Rule } from '../rule';

export const pathWithoutSlash: Rule = {
  code: 'PathWithoutSlash',
  severity: 'error',
  summary: 'A path of a policy does not begin with a slash, and so matches no request',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
      to: [{operation: {paths: [pay.v1.Payments/Charge]}}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
      to: [{operation: {paths: [/pay.v1.Payments/Charge]}}]
`,
    why: 'The path of every request begins with a slash, also that of an RPC: /package.Service/Method.',
    unless: 'Never. A star at the begin, as in */Charge, is a wildcard and not meant here.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation',
      'https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests',
    ],
  },
  *check({ written }) {
    for (const one of written.said('paths')) {
      const { object, action, value } = one;
      if (/^[/*]/.test(value)) continue;
      const effect = action === 'DENY' ? 'the rule stops nothing' : 'the rule lets nothing in';
      yield {
        object,
        path: one.path,
        message: `The path '${value}' has no slash at its begin, as that of every request has: ${effect}.`,
        fix: `- /${value}`,
      };
    }
  },
};
