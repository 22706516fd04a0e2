import type { Rule } from '../rule';

export const gatewayShutOut: Rule = {
  code: 'GatewayShutOut',
  severity: 'error',
  summary: 'A policy that allows nothing holds for a gateway too, and nothing lets its clients in',
  aliases: [],
  page: {
    given: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow-nothing, namespace: istio-system}
spec: {}
`,
    avoid: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata: {labels: {istio: ingress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ingress, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  rules: [{to: [{operation: {hosts: [api.example.com, "api.example.com:*"]}}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata: {labels: {istio: ingress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
`,
    why: `A policy in the root namespace holds for every proxy of the mesh, gateways among them. Without an ALLOW rule of
their own they answer every request from outside with 403, which a gRPC client sees as status 7.`,
    unless: 'The gateway shall be closed.',
    see: [
      'https://istio.io/latest/docs/concepts/security/#policy-target',
      'https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/',
    ],
  },
  *check({ cluster, simulation }) {
    const told = new Set<unknown>();
    for (const workload of cluster.workloads) {
      if (workload.dataPlane !== 'gateway') continue;
      const { allow, doubtful } = simulation.policies.inForce(workload);
      if (allow.length === 0 || doubtful.length > 0 || allow.some(({ rules }) => rules.http.length > 0)) continue;
      const [{ manifest }] = allow;
      if (told.has(manifest)) continue;
      told.add(manifest);
      yield {
        object: manifest,
        path: ['spec'],
        message: `The policy allows nothing at the gateway ${workload.id} either, and no other lets anybody in: it refuses every request.`,
        fix: `An ALLOW policy in namespace ${workload.namespace} for the hosts of the gateway.`,
      };
    }
  },
};
