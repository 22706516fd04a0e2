import type { Path } from '../../manifests/path';
import type { PeerAuthenticationSpec } from '../../manifests/types';
import type { Rule } from '../rule';

export const plaintextAccepted: Rule = {
  code: 'PlaintextAccepted',
  severity: 'warning',
  otherwise: { info: 'plaintext is taken beside mutual TLS: PERMISSIVE' },
  summary: 'A PeerAuthentication turns mutual TLS off, or lets clients do without it',
  aliases: [],
  optOut: 'insecure-plaintext',
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: DISABLE}}
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`,
    why: `DISABLE takes plaintext only: nothing is encrypted and nobody has an identity. PERMISSIVE takes both, so whoever
reaches the pod may leave the identity out. Policies that list who may call still refuse such a client; those that say
who may not do not.`,
    unless: 'Clients outside of the mesh have to call, or are moving into it.',
    see: [
      'https://istio.io/latest/docs/concepts/security/#permissive-mode',
      'https://istio.io/latest/docs/ops/best-practices/security/#mutual-tls',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('security.istio.io/PeerAuthentication')) {
      for (const { mode, path, port } of modes(object.body.spec ?? {})) {
        if (mode !== 'DISABLE' && mode !== 'PERMISSIVE') continue;
        const isOff = mode === 'DISABLE';
        const where = port === undefined ? '' : ` on port ${port}`;
        yield {
          object,
          path,
          severity: isOff ? 'warning' : 'info',
          message: isOff
            ? `Mutual TLS is off${where}: what is sent can be read on the way, and no caller has an identity.`
            : `Clients may speak plaintext${where}, and then have no identity.`,
          fix: 'mode: STRICT',
        };
      }
    }
  },
};

function* modes({
  mtls,
  portLevelMtls = {},
}: PeerAuthenticationSpec): Iterable<{ mode?: string; path: Path; port?: string }> {
  yield { mode: mtls?.mode, path: ['spec', 'mtls', 'mode'] };
  for (const [port, { mode }] of Object.entries(portLevelMtls)) {
    yield { mode, path: ['spec', 'portLevelMtls', port, 'mode'], port };
  }
}
