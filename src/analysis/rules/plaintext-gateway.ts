import { isHttp, protocolNamed } from '../../manifests/protocol';
import type { Rule } from '../rule';

export const plaintextGateway: Rule = {
  code: 'PlaintextGateway',
  severity: 'warning',
  summary: 'A Gateway takes calls from outside without TLS',
  aliases: [],
  optOut: 'insecure-plaintext',
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: api, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 80, name: grpc, protocol: GRPC}
      hosts: [api.example.com]
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
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
      tls: {httpsRedirect: true}
`,
    why: `What comes in without TLS can be read and changed on the way, with the tokens in it. gRPC over TLS is protocol
HTTPS at a Gateway: TLS ends there, and ALPN tells HTTP/2.`,
    unless: 'Something in front of the gateway ends TLS, and nobody else reaches the port.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings',
      'https://istio.io/latest/docs/ops/best-practices/security/#gateways',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('networking.istio.io/Gateway')) {
      for (const [index, { port, tls, hosts }] of (object.body.spec?.servers ?? []).entries()) {
        if (!isHttp(protocolNamed(port.protocol)) || tls) continue;
        yield {
          object,
          path: ['spec', 'servers', index, 'port'],
          message: `Port ${port.number} takes ${port.protocol} for ${hosts.join(', ')} without TLS: calls can be read and changed on the way.`,
          fix: 'port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: …}',
        };
      }
    }
  },
};
