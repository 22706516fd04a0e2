import type { Said } from '../policy-words';
import type { Rule } from '../rule';

export const hostWithoutPort: Rule = {
  code: 'HostWithoutPort',
  severity: 'warning',
  summary: 'A policy compares hosts without a port, and gRPC clients send theirs with it',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: api, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  rules:
    - from: [{source: {ipBlocks: [10.0.0.0/8]}}]
      to: [{operation: {hosts: [api.example.com]}}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: api, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  rules:
    - from: [{source: {ipBlocks: [10.0.0.0/8]}}]
      to: [{operation: {hosts: [api.example.com, "api.example.com:*"]}}]
`,
    why: `The host of a policy is compared with :authority as the client sends it. Browsers leave out the usual port; gRPC
clients write what they were told to dial, api.example.com:443. An ALLOW refuses those, a DENY misses them.`,
    unless: 'All clients leave the port out.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation',
      'https://istio.io/latest/docs/ops/best-practices/security/#authorization-policies',
    ],
  },
  *check({ written }) {
    const lists = new Map<string, Said[]>();
    for (const one of written.said('hosts')) {
      const key = `${one.object.namespace}/${one.object.name} ${one.path.slice(0, -1).join('.')}`;
      const list = lists.get(key);
      list ? list.push(one) : lists.set(key, [one]);
    }
    for (const list of lists.values()) {
      const values = list.map(({ value }) => value);
      for (const { object, value, path, action } of list) {
        if (value.endsWith('*') || /:\d+$/.test(value)) continue;
        if (values.some((other) => other.startsWith(`${value}:`) || other === `${value}*`)) continue;
        yield {
          object,
          path,
          message: `'${value}' does not match '${value}:443', which is what gRPC clients send: the rule ${action === 'DENY' ? 'misses them' : 'does not let them in'}.`,
          fix: `- "${value}:*"   # beside it`,
        };
      }
    }
  },
};
