import { isHttp } from '../../manifests/protocol';
import type { AuthorizationRule } from '../../manifests/types';
import { workloadPorts } from '../../simulation/mtls/workload-ports';
import { httpFields } from '../http-fields';
import type { Rule } from '../rule';

export const tcpBesideHttp: Rule = {
  code: 'TcpBesideHttp',
  severity: 'warning',
  summary: 'An ALLOW rule is for a TCP port too, where it is not there because it asks for HTTP elsewhere',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: app, image: cart}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: grpc, port: 50051}, {name: redis, port: 6379}]}
`,
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
      to:
        - operation: {ports: ["50051"], methods: [POST], paths: [/cart.v1.Cart/Add]}
        - operation: {ports: ["6379"]}
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
      to: [{operation: {ports: ["50051"], methods: [POST], paths: [/cart.v1.Cart/Add]}}]
    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
      to: [{operation: {ports: ["6379"]}}]
`,
    why: `A port of TCP has no paths, methods, headers or tokens. Istio drops every ALLOW rule that asks for one anywhere
from such a port, as a whole: also the part that was meant for it. Whoever is listed there is refused, and only there.`,
    unless: 'The part for the TCP port is not needed.',
    see: [
      'https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/model/model.go',
    ],
  },
  *check({ cluster, selection }) {
    for (const object of cluster.objects('security.istio.io/AuthorizationPolicy')) {
      const { action = 'ALLOW', rules = [], targetRef, targetRefs } = object.body.spec ?? {};
      if (action !== 'ALLOW' || targetRef || targetRefs) continue;
      for (const [index, rule] of rules.entries()) {
        const fields = httpFields(rule);
        const forPorts = portsAlone(rule);
        if (fields.length === 0 || forPorts.size === 0) continue;
        const lost = selection
          .of(object)
          .filter(({ dataPlane }) => dataPlane === 'sidecar' || dataPlane === 'unknown')
          .flatMap((it) => workloadPorts(cluster, it).map((port) => ({ ...port, workload: it })))
          .find(({ number, protocol }) => forPorts.has(String(number)) && protocol !== 'auto' && !isHttp(protocol));
        if (!lost) continue;
        yield {
          object,
          path: ['spec', 'rules', index],
          message: `The rule asks for ${fields.join(', ')}, so it is not there on port ${lost.number} of ${lost.workload.id}, which is ${lost.protocol}, although it names it.`,
          fix: `- to: [{operation: {ports: ["${lost.number}"]}}]   # in a rule of its own, with the same from`,
        };
      }
    }
  },
};

/** Ports that the rule names and asks for nothing of HTTP there. */
function portsAlone({ to = [] }: AuthorizationRule): ReadonlySet<string> {
  const alone = to.filter(({ operation }) => operation && httpFields({ to: [{ operation }] }).length === 0);
  return new Set(alone.flatMap(({ operation }) => operation?.ports ?? []));
}
