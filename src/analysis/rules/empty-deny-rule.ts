import type { Rule } from '../rule';

export const emptyDenyRule: Rule = {
  code: 'EmptyDenyRule',
  severity: 'warning',
  otherwise: { error: 'there are ALLOW policies beside it, which are in vain then' },
  summary: 'A DENY policy has a rule without conditions: it refuses every call, whatever other policies allow',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  action: DENY
  rules: [{}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow-nothing, namespace: shop}
spec: {}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]}]
`,
    why: `DENY policies are asked before ALLOW policies, and the first that matches decides. A rule without conditions
matches everything, so no ALLOW policy can open what it closes. To refuse all that nothing allows, write a policy with
an empty spec: it allows nothing, and others add to it.`,
    unless: 'Everything shall be refused, also by those who may otherwise call: during an incident, say.',
    see: [
      'https://istio.io/latest/docs/concepts/security/#implicit-enablement',
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
    ],
  },
  *check({ cluster }) {
    const kind = 'security.istio.io/AuthorizationPolicy';
    const allowing = new Set(
      cluster
        .objects(kind)
        .filter(({ body: { spec = {} } }) => (spec.action ?? 'ALLOW') === 'ALLOW' && spec.rules?.length)
        .map(({ namespace }) => namespace),
    );
    for (const object of cluster.objects(kind)) {
      const { action, rules = [], ...whom } = object.body.spec ?? {};
      const index = rules.findIndex(({ from, to, when }) => !from?.length && !to?.length && !when?.length);
      if (action !== 'DENY' || index === -1) continue;
      const everywhere = object.namespace === cluster.mesh.rootNamespace;
      const isVain = everywhere ? allowing.size > 0 : allowing.has(object.namespace);
      yield {
        object,
        path: ['spec'],
        severity: isVain ? 'error' : 'warning',
        message: `Rule ${index} has no conditions, so this DENY refuses every call${isVain ? ', also those that ALLOW policies are there to let in' : ''}.`,
        fix: `spec: ${flow(whom)}   # allows nothing`,
      };
    }
  },
};

/** As one writes it in one line of YAML. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'string') return PLAIN.test(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([key, inside]) => `${flow(key)}: ${flow(inside)}`);
  return `{${fields.join(', ')}}`;
}

/** What YAML takes for a string without quotes. */
const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|[yn])$)[a-z][\w./-]*$/i;
