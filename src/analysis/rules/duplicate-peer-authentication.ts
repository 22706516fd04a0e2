import { oldestFirst } from '../../manifests/age';
import type { Manifest } from '../../manifests/manifest';
import type { Workload } from '../../manifests/workload';
import type { Rule } from '../rule';

export const duplicatePeerAuthentication: Rule = {
  code: 'DuplicatePeerAuthentication',
  severity: 'error',
  summary: 'Two PeerAuthentications are for the same pods, and only the older one counts',
  aliases: ['KIA0002', 'KIA0003'],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: PERMISSIVE}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: strict, namespace: shop}
spec: {mtls: {mode: STRICT}}
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`,
    why: `Of several PeerAuthentications for one namespace, or for one workload, istiod takes the one that was made first.
Nothing is merged, and the other has no effect at all.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/concepts/security/#peer-authentication',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authn/policy_applier.go (ComposePeerAuthentication)',
    ],
  },
  *check({ cluster, selection }) {
    const wide = new Map<string, Manifest<unknown>>();
    const narrow = new Map<Workload, Manifest<unknown>>();
    for (const object of oldestFirst(cluster.objects('security.istio.io/PeerAuthentication'))) {
      const labels = object.body.spec?.selector?.matchLabels ?? {};
      const isNarrow = Object.keys(labels).length > 0;
      // In the root namespace one with a selector is for nobody, which is a rule of its own.
      if (isNarrow && object.namespace === cluster.mesh.rootNamespace) continue;
      const selected = isNarrow ? selection.by(object.namespace, labels) : [];
      const shared = selected.find((it) => narrow.has(it));
      const first = isNarrow ? shared && narrow.get(shared) : wide.get(object.namespace);
      for (const workload of selected) if (!narrow.has(workload)) narrow.set(workload, object);
      if (!isNarrow && !first) wide.set(object.namespace, object);
      if (!first) continue;
      const scope = shared ? shared.id : `namespace ${object.namespace}`;
      yield {
        object,
        path: ['spec'],
        message: `PeerAuthentication ${first.namespace}/${first.name} is for ${scope} already. Only the older of the two counts, and this one was written later.`,
        fix: 'Make one of the two.',
      };
    }
  },
};
