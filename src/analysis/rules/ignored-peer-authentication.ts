import type { Rule } from '../rule';

export const ignoredPeerAuthentication: Rule = {
  code: 'IgnoredPeerAuthentication',
  severity: 'error',
  summary: 'A PeerAuthentication of the root namespace has a selector, and is ignored',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: payment, namespace: istio-system}
spec:
  selector: {matchLabels: {app: payment}}
  mtls: {mode: STRICT}
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  mtls: {mode: STRICT}
`,
    why: `AuthorizationPolicies of the root namespace may select pods of the whole mesh; PeerAuthentications may not. There
istiod reads only those without a selector, and passes over this one without a word.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authn/policy_applier.go (ComposePeerAuthentication)',
    ],
  },
  *check({ cluster }) {
    const root = cluster.mesh.rootNamespace;
    for (const object of cluster.objects('security.istio.io/PeerAuthentication', root)) {
      if (Object.keys(object.body.spec?.selector?.matchLabels ?? {}).length === 0) continue;
      yield {
        object,
        path: ['spec', 'selector'],
        message: `${root} is the root namespace, where a PeerAuthentication with a selector is for nobody.`,
        fix: 'metadata: {namespace: …}   # that of the pods',
      };
    }
  },
};
