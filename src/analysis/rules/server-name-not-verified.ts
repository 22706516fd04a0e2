import type { Rule } from '../rule';

export const serverNameNotVerified: Rule = {
  code: 'ServerNameNotVerified',
  severity: 'warning',
  otherwise: { error: 'insecureSkipVerify takes any certificate at all' },
  summary: 'A DestinationRule starts TLS and takes the certificate of any host',
  aliases: ['IST0128', 'IST0129'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: partner, namespace: shop}
spec:
  host: "*.partner.example.com"
  trafficPolicy: {tls: {mode: SIMPLE, sni: api.partner.example.com}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner, namespace: shop}
spec: {hosts: ["*.partner.example.com"], ports: [{number: 443, name: tls, protocol: TLS}]}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: partner, namespace: shop}
spec:
  host: "*.partner.example.com"
  trafficPolicy: {tls: {mode: SIMPLE, sni: api.partner.example.com, subjectAltNames: [api.partner.example.com]}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner, namespace: shop}
spec: {hosts: ["*.partner.example.com"], ports: [{number: 443, name: tls, protocol: TLS}]}
`,
    why: `With sni and without subjectAltNames Envoy verifies who signed a certificate, and not for whom: a valid one of any
other host is taken. With neither of them Envoy uses and verifies the name that was called. insecureSkipVerify verifies
nothing. istioctl also reports rules without caCertificates: Istio verifies those against the authorities of the system.`,
    unless: 'Never in production.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings',
      'https://istio.io/latest/docs/reference/config/analysis/ist0128/',
    ],
  },
  *check({ written }) {
    for (const { object, policy, path } of written.trafficPolicies) {
      const { mode, sni, subjectAltNames, insecureSkipVerify } = policy.tls ?? {};
      if (mode !== 'SIMPLE' && mode !== 'MUTUAL') continue;
      if (insecureSkipVerify === true) {
        yield {
          object,
          path: [...path, 'tls', 'insecureSkipVerify'],
          severity: 'error',
          message:
            'insecureSkipVerify takes any certificate, of whomever and by whomever it is signed: anybody on the way can answer.',
          fix: 'caCertificates: …   # the authority that signs the server',
        };
      } else if (sni && !(Array.isArray(subjectAltNames) && subjectAltNames.length > 0)) {
        yield {
          object,
          path: [...path, 'tls', 'sni'],
          message: `With sni ${sni} and no subjectAltNames the name in the certificate is not compared: one of any other host is taken.`,
          fix: `subjectAltNames: [${sni}]`,
        };
      }
    }
  },
};
