import { podPath } from '../pod-path';
import type { Rule } from '../rule';

export const edgeProfileOnGrpcGateway: Rule = {
  code: 'EdgeProfileOnGrpcGateway',
  severity: 'warning',
  summary: 'A gateway has the EDGE profile, which cuts streams after five minutes',
  aliases: [],
  page: {
    avoid: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata:
      labels: {istio: ingress}
      annotations:
        inject.istio.io/templates: gateway
        proxy.istio.io/config: "connectionSettings: {profile: EDGE}"
    spec: {containers: [{name: istio-proxy, image: auto}]}
`,
    prefer: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata:
      labels: {istio: ingress}
      annotations:
        inject.istio.io/templates: gateway
        proxy.istio.io/config: "connectionSettings: {profile: EDGE, httpStreamIdleTimeout: 0s, httpRequestTimeout: 0s}"
    spec: {containers: [{name: istio-proxy, image: auto}]}
`,
    why: `The profile sets what Envoy recommends at the edge of a network: a stream that is silent for five minutes is
reset, and so is a request that takes as long to arrive, which every stream of a client does. It also refuses metadata
with an underscore in its name.`,
    unless: 'Only unary RPCs pass.',
    see: [
      'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/',
      'https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge',
    ],
  },
  *check({ cluster }) {
    for (const workload of cluster.workloads) {
      const config = workload.annotations['proxy.istio.io/config'] ?? '';
      if (workload.dataPlane !== 'gateway' || !/profile["']?\s*:\s*["']?EDGE\b/.test(config)) continue;
      const missing = ['httpStreamIdleTimeout', 'httpRequestTimeout'].filter((field) => !config.includes(field));
      if (missing.length === 0) continue;
      yield {
        object: workload.manifest,
        path: [...podPath(workload), 'metadata', 'annotations', 'proxy.istio.io/config'],
        message: `The EDGE profile sets ${missing.join(' and ')} to 5m, which resets streams that live longer.`,
        fix: missing.map((field) => `${field}: 0s`).join(', '),
      };
    }
  },
};
