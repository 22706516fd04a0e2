import type { Manifest } from '../../manifests/manifest';
import type { Bodies } from '../../manifests/types';
import type { Rule } from '../rule';

export const sidecarOpensOutbound: Rule = {
  code: 'SidecarOpensOutbound',
  severity: 'warning',
  summary: 'A Sidecar of some pods does not repeat REGISTRY_ONLY, and so lets them call anything',
  aliases: [],
  page: {
    given: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [istio-system/*]}], outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: web, namespace: shop}
spec: {workloadSelector: {labels: {app: web}}, egress: [{hosts: [istio-system/*]}]}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: web, namespace: shop}
spec:
  workloadSelector: {labels: {app: web}}
  egress: [{hosts: [istio-system/*]}]
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
`,
    why: `Each proxy obeys one Sidecar, and that inherits nothing from the one of its namespace. Without an
outboundTrafficPolicy of its own the pods fall back to that of the mesh, which lets calls to unknown hosts out unless
somebody has changed it.`,
    unless: 'These pods shall call anything; say so with mode: ALLOW_ANY.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/sidecar.go',
    ],
  },
  *check({ cluster }) {
    if (cluster.mesh.outboundTrafficPolicy === 'REGISTRY_ONLY') return;
    const closed = new Map<string, Manifest<Bodies['networking.istio.io/Sidecar']>>();
    const all = cluster.objects('networking.istio.io/Sidecar');
    for (const object of all) {
      const { workloadSelector, outboundTrafficPolicy } = object.body.spec ?? {};
      // Without a mode it is REGISTRY_ONLY, which is 0 in the API.
      const closes = outboundTrafficPolicy && outboundTrafficPolicy.mode !== 'ALLOW_ANY';
      if (!workloadSelector && closes && !closed.has(object.namespace)) closed.set(object.namespace, object);
    }
    for (const object of all) {
      const { workloadSelector, outboundTrafficPolicy } = object.body.spec ?? {};
      const wide = closed.get(object.namespace) ?? closed.get(cluster.mesh.rootNamespace);
      if (outboundTrafficPolicy || !wide || wide === object) continue;
      if (!workloadSelector && wide.namespace === object.namespace) continue;
      yield {
        object,
        path: ['spec'],
        message: `Sidecar ${wide.namespace}/${wide.name} says REGISTRY_ONLY and this one says nothing: its pods may call any host.`,
        fix: 'outboundTrafficPolicy: {mode: REGISTRY_ONLY}',
      };
    }
  },
};
