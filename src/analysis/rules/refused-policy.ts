import type { Rule } from '../rule';

export const refusedPolicy: Rule = {
  code: 'RefusedPolicy',
  severity: 'error',
  summary: "A policy says something that Istio's webhook refuses",
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  action: DENY
  rules: [{when: [{key: request.header, values: [x]}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  action: DENY
  rules: [{to: [{operation: {ports: ["50051"]}}], when: [{key: "request.headers[x-debug]", values: ["*"]}]}]
`,
    why: `istiod's webhook looks into objects that the API server takes, and refuses those that make no sense. Nothing of
the policy is in force then; what was in the cluster before stays.
The webhook refuses more than this and the other rules with its code know.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/conditions/',
      'https://github.com/istio/istio/blob/1.31.1/pkg/config/validation/validation.go (ValidateAuthorizationPolicy)',
      'https://github.com/istio/istio/blob/1.31.1/pkg/config/validation/validation.go (ValidatePeerAuthentication)',
    ],
  },
  *check({ cluster, simulation }) {
    for (const object of cluster.objects('security.istio.io/AuthorizationPolicy')) {
      const refusal = simulation.policies.refusalOf(object);
      if (refusal === undefined) continue;
      yield {
        object,
        path: refusal.path,
        message: `Istio's webhook refuses the policy: ${refusal.text}.`,
        fix: 'Repair what the message names: nothing of the policy is in force as it is.',
      };
    }
    for (const object of cluster.objects('security.istio.io/PeerAuthentication')) {
      const { selector, portLevelMtls } = object.body.spec ?? {};
      if (!portLevelMtls || Object.keys(selector?.matchLabels ?? {}).length > 0) continue;
      yield {
        object,
        path: ['spec', 'portLevelMtls'],
        message: "Istio's webhook refuses portLevelMtls without a selector: nothing of the policy takes effect.",
        fix: 'selector: {matchLabels: …}   # of the pods that have the port',
      };
    }
  },
};
