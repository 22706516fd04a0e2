import { isHttp } from '../../manifests/protocol';
import { workloadPorts } from '../../simulation/mtls/workload-ports';
import { httpFields } from '../http-fields';
import type { Rule } from '../rule';

export const httpDenyOnTcpPort: Rule = {
  code: 'HttpDenyOnTcpPort',
  severity: 'warning',
  summary: 'A DENY rule asks for HTTP without naming a port, so it closes the TCP ports of its pods altogether',
  aliases: ['IST0133'],
  page: {
    given: `
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
metadata: {name: no-admin, namespace: shop}
spec:
  action: DENY
  rules: [{to: [{operation: {paths: [/cart.v1.Admin/*]}}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-admin, namespace: shop}
spec:
  action: DENY
  rules: [{to: [{operation: {paths: [/cart.v1.Admin/*], ports: ["50051"]}}]}]
`,
    why: `A port of TCP has no paths. Istio leaves out of a DENY rule what such a port cannot know, and what is left of
this one has no condition: every connection to the port is refused.
Istio's own warning comes for every such rule without a port, whatever ports there are.`,
    unless: 'The TCP ports shall be closed.',
    see: [
      'https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/model/model.go',
    ],
  },
  *check({ cluster, selection }) {
    for (const object of cluster.objects('security.istio.io/AuthorizationPolicy')) {
      const { action, rules = [], targetRef, targetRefs } = object.body.spec ?? {};
      if (action !== 'DENY' || targetRef || targetRefs) continue;
      for (const [index, rule] of rules.entries()) {
        const fields = httpFields(rule);
        if (fields.length === 0 || rule.to?.every(({ operation }) => operation?.ports?.length)) continue;
        const closed = selection
          .of(object)
          .filter(({ dataPlane }) => dataPlane === 'sidecar' || dataPlane === 'unknown')
          .flatMap((it) => workloadPorts(cluster, it).map((port) => ({ ...port, workload: it })))
          .find(({ protocol }) => protocol !== 'auto' && !isHttp(protocol));
        if (!closed) continue;
        yield {
          object,
          path: ['spec', 'rules', index],
          message: `On port ${closed.number} of ${closed.workload.id}, which is ${closed.protocol}, there is no ${fields.join(' or ')}: what is left of the rule refuses more than is meant.`,
          fix: 'ports: ["…"]   # of the containers that speak HTTP',
        };
      }
    }
  },
};
