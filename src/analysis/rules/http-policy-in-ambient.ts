import { gatewayNameOf } from '../../simulation/authorization/waypoint';
import { httpFields } from '../http-fields';
import type { Rule } from '../rule';

export const httpPolicyInAmbient: Rule = {
  code: 'HttpPolicyInAmbient',
  severity: 'error',
  otherwise: { warning: 'it is an ALLOW, which lets nobody in' },
  summary: 'A policy for pods in ambient mode asks for HTTP, which ztunnel does not see',
  aliases: [],
  page: {
    avoid: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  template:
    metadata: {labels: {app: payment}}
    spec: {containers: [{name: app, image: payment}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-refunds, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  action: DENY
  rules: [{to: [{operation: {paths: [/pay.v1.Payments/Refund]}}]}]
`,
    prefer: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  template:
    metadata: {labels: {app: payment}}
    spec: {containers: [{name: app, image: payment}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-refunds, namespace: shop}
spec:
  targetRefs: [{kind: Service, group: "", name: payment}]
  action: DENY
  rules: [{to: [{operation: {paths: [/pay.v1.Payments/Refund]}}]}]
`,
    why: `A policy with a selector, or with nothing, is enforced by ztunnel, which knows of connections only. A DENY rule
on paths is not enforced at all; an ALLOW rule on paths is left out, so nobody gets in by it. A policy with targetRefs
is enforced by a waypoint, which knows HTTP.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/ambient/usage/l7-features/',
      'https://istio.io/latest/docs/ambient/usage/l4-policy/',
    ],
  },
  *check({ cluster, selection }) {
    for (const object of cluster.objects('security.istio.io/AuthorizationPolicy')) {
      const { action = 'ALLOW', rules = [], targetRef, targetRefs } = object.body.spec ?? {};
      if (targetRef || targetRefs || (action !== 'ALLOW' && action !== 'DENY')) continue;
      const blind = selection.of(object).find((it) => it.dataPlane === 'ambient' && gatewayNameOf(it) === undefined);
      if (!blind) continue;
      for (const [index, rule] of rules.entries()) {
        const fields = httpFields(rule);
        if (fields.length === 0) continue;
        const effect = action === 'DENY' ? 'the rule is not enforced' : 'the rule lets nobody in';
        yield {
          object,
          path: ['spec', 'rules', index],
          severity: action === 'DENY' ? 'error' : 'warning',
          message: `${blind.id} is in ambient mode, and ztunnel does not see ${fields.join(' and ')}: ${effect}.`,
          fix: 'targetRefs: [{kind: Service, group: "", name: …}]   # enforced by a waypoint',
        };
      }
    }
  },
};
