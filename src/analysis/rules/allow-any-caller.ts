import type { AuthorizationRule } from '../../manifests/types';
import type { Rule } from '../rule';

export const allowAnyCaller: Rule = {
  code: 'AllowAnyCaller',
  severity: 'warning',
  summary: 'An ALLOW rule does not ask who calls: it lets in everybody, also clients without identity',
  aliases: [],
  optOut: 'dangerously-allow-any-caller',
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{to: [{operation: {paths: [/pay.v1.Payments/*]}}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
      to: [{operation: {paths: [/pay.v1.Payments/*]}}]
`,
    why: `A rule without from matches callers of every namespace and, where mutual TLS is not STRICT, those without a
certificate. It does not add to a default: ALLOW rules add up, and this one is the widest.`,
    unless: 'The RPC is public. Gateways, health checks and CORS preflights are not reported.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Rule',
      'https://istio.io/latest/docs/ops/best-practices/security/#authorization-policies',
    ],
  },
  *check({ cluster, selection }) {
    for (const object of cluster.objects('security.istio.io/AuthorizationPolicy')) {
      const { action = 'ALLOW', rules = [], targetRef, targetRefs } = object.body.spec ?? {};
      if (action !== 'ALLOW' || targetRef || targetRefs) continue;
      const open = rules.findIndex((rule) => !rule.from?.length && !rule.when?.length && !isHarmless(rule));
      if (open === -1) continue;
      const selected = selection.of(object);
      if (selected.length > 0 && selected.every(({ dataPlane }) => dataPlane === 'gateway')) continue;
      const what = rules[open].to?.length ? 'what it names' : 'everything';
      yield {
        object,
        path: ['spec', 'rules', open],
        message: `The rule names no caller, so it allows ${what} to everybody, also to clients without identity.`,
        fix: `from: [{source: {principals: ["cluster.local/ns/${object.namespace}/sa/…"]}}]`,
      };
    }
  },
};

function isHarmless({ to = [] }: AuthorizationRule): boolean {
  const isHealth = (path: string) => path.startsWith('/grpc.health.v1.Health/');
  return (
    to.length > 0 &&
    to.every(({ operation: { methods = [], paths = [] } = {} }) => {
      return (
        (methods.length > 0 && methods.every((method) => method === 'OPTIONS')) ||
        (paths.length > 0 && paths.every(isHealth))
      );
    })
  );
}
