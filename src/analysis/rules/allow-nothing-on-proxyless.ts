import type { Rule } from '../rule';

export const allowNothingOnProxyless: Rule = {
  code: 'AllowNothingOnProxyless',
  severity: 'error',
  summary: 'A policy that allows nothing is not enforced by gRPC servers without a proxy',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`,
    avoid: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  template:
    metadata: {labels: {app: payment}, annotations: {inject.istio.io/templates: grpc-agent}}
    spec: {containers: [{name: app, image: payment}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow-nothing, namespace: shop}
spec: {}
`,
    prefer: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  template:
    metadata: {labels: {app: payment}, annotations: {inject.istio.io/templates: grpc-agent}}
    spec: {serviceAccountName: payment, containers: [{name: app, image: payment}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow-nothing, namespace: shop}
spec: {}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/payment]}}]}]
`,
    why: `istiod gives a gRPC server without proxy a filter only if there are rules to put into it. A policy without rules
adds none, so alone it leaves the server open to everybody. One ALLOW rule for the pods is enough to close it.`,
    unless: 'Never.',
    see: [
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/grpcgen/lds.go (buildRBAC)',
      'https://istio.io/latest/blog/2021/proxyless-grpc/',
    ],
  },
  *check({ cluster, simulation, selection }) {
    for (const object of cluster.objects('security.istio.io/AuthorizationPolicy')) {
      const { action = 'ALLOW', rules } = object.body.spec ?? {};
      if (action !== 'ALLOW' || rules?.length) continue;
      const open = selection
        .of(object)
        .find((it) => it.dataPlane === 'proxyless' && simulation.policies.inForce(it).allow.length === 0);
      if (!open) continue;
      yield {
        object,
        path: ['spec'],
        message: `${open.id} is a gRPC server without proxy, which does not enforce a policy without rules: anybody may call it.`,
        fix: 'Add an ALLOW policy with a rule for its callers.',
      };
    }
  },
};
