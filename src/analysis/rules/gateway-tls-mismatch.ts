import type { Rule } from '../rule';

export const gatewayTlsMismatch: Rule = {
  code: 'GatewayTlsMismatch',
  severity: 'error',
  summary: 'A server of a Gateway has TLS with a protocol that has none, or the other way round: Istio refuses it',
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: api, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: grpc, protocol: GRPC}
      hosts: [api.example.com]
      tls: {mode: SIMPLE, credentialName: api-tls}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: api, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: SIMPLE, credentialName: api-tls}
`,
    why: `TLS ends at a server of protocol HTTPS; gRPC comes in over it by ALPN. GRPC and HTTP2 mean plaintext, and istiod's
webhook refuses them with a tls block, but for a redirect of HTTP. HTTPS and TLS without one it refuses too.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Server',
      'https://github.com/istio/istio/blob/1.31.1/pkg/config/validation/validation.go (validateServer)',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('networking.istio.io/Gateway')) {
      for (const [index, { port, tls }] of (object.body.spec?.servers ?? []).entries()) {
        const wantsTls = /^(?:https|tls)$/i.test(port.protocol);
        const redirects = tls?.httpsRedirect && /^http$/i.test(port.protocol) && Object.keys(tls).length === 1;
        if (wantsTls === Boolean(tls) || redirects) continue;
        yield {
          object,
          path: ['spec', 'servers', index, 'port', 'protocol'],
          message: wantsTls
            ? `Protocol ${port.protocol} without tls is refused: nothing of this Gateway takes effect.`
            : `Protocol ${port.protocol} is plaintext, and with tls it is refused: nothing of this Gateway takes effect.`,
          fix: wantsTls ? 'tls: {mode: SIMPLE, credentialName: …}' : 'protocol: HTTPS',
        };
      }
    }
  },
};
