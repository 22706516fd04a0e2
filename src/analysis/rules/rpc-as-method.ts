import { meantByMethod, pathOfRpc } from '../method-values';
import type { Rule } from '../rule';

export const rpcAsMethod: Rule = {
  code: 'RpcAsMethod',
  severity: 'error',
  summary: 'An RPC is listed under methods, which are those of HTTP',
  aliases: ['KIA0102'],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
      to: [{operation: {methods: [/pay.v1.Payments/Charge]}}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
      to: [{operation: {methods: [POST], paths: [/pay.v1.Payments/Charge]}}]
`,
    why: `The HTTP method of every RPC is POST; its name is the path. A rule that asks for another method matches no RPC:
an ALLOW policy refuses all of them, a DENY policy none.`,
    unless: 'Never. Kiali, whose KIA0102 wants names of RPCs here, is wrong about what Envoy compares.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation',
      'https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests',
    ],
  },
  *check({ written }) {
    for (const one of written.said('methods')) {
      const { object, action, value, negated } = one;
      if (meantByMethod(value) !== 'rpc') continue;
      const effect = `the rule ${action === 'DENY' ? 'stops' : 'lets in'} ${negated ? 'this call too' : 'no call'}`;
      yield {
        object,
        path: one.path,
        message: `'${value}' is the name of an RPC, and the method of every RPC is POST: ${effect}.`,
        fix: `${negated ? 'notPaths' : 'paths'}: ["${pathOfRpc(value)}"]`,
      };
    }
  },
};
