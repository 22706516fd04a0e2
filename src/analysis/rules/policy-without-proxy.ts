import type { Rule } from '../rule';

export const policyWithoutProxy: Rule = {
  code: 'PolicyWithoutProxy',
  severity: 'error',
  summary: 'A security policy is for pods that have no proxy which could enforce it',
  aliases: ['IST0127'],
  page: {
    avoid: `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
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
metadata: {name: allow-nothing, namespace: shop}
spec: {}
`,
    prefer: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
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
metadata: {name: allow-nothing, namespace: shop}
spec: {}
`,
    why: `Policies of Istio are enforced by the proxy of the pod: its sidecar, or ztunnel and a waypoint. A pod without one
takes every call. Its namespace is not labelled for injection, or the pod is exempt by sidecar.istio.io/inject: "false"
or hostNetwork.
istioctl looks at AuthorizationPolicies alone, knows neither istio.io/rev nor ambient mode, and takes a pod's label
to overrule istio-injection: disabled. Where the Namespace is not among the manifests, nothing is reported here.`,
    unless: 'The proxy is injected by hand, after these manifests.',
    see: [
      'https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy',
      'https://istio.io/latest/docs/reference/config/analysis/ist0127/',
    ],
  },
  *check({ cluster, selection }) {
    for (const kind of ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'] as const) {
      for (const object of cluster.objects(`security.istio.io/${kind}`)) {
        if (object.namespace === cluster.mesh.rootNamespace) continue;
        const selected = selection.of(object);
        if (selected.length === 0 || selected.some(({ dataPlane }) => dataPlane !== 'none')) continue;
        yield {
          object,
          path: ['spec'],
          message: `${selected[0].id} has no proxy, and neither has any other pod that this ${kind} is for: nothing enforces it.`,
          fix: `kubectl label namespace ${object.namespace} istio-injection=enabled`,
        };
      }
    }
  },
};
