import type { Rule } from '../rule';
import { labelsIn, tooLate } from '../too-late';

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
    const objects = cluster.objects('security.istio.io/PeerAuthentication').filter(
      // In the root namespace one with a selector is for nobody, which is a rule of its own.
      ({ namespace, body }) => namespace !== cluster.mesh.rootNamespace || !labelsIn(body.spec?.selector),
    );
    for (const { object, first, scope } of tooLate(objects, ({ spec }) => labelsIn(spec?.selector), selection)) {
      yield {
        object,
        path: ['spec'],
        message: `PeerAuthentication ${first.namespace}/${first.name} is for ${scope} already. Only the older of the two counts, and this one was written later.`,
        fix: 'Make one of the two.',
      };
    }
  },
};
