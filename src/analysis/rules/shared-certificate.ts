import type { Rule } from '../rule';

export const sharedCertificate: Rule = {
  code: 'SharedCertificate',
  severity: 'warning',
  summary: 'Two Gateways of the same pods share a certificate: browsers use one connection for both, and get 404',
  aliases: ['IST0138'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: api, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: SIMPLE, credentialName: api-tls}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: www, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [www.example.com]
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
      hosts: [api.example.com, www.example.com]
      tls: {mode: SIMPLE, credentialName: api-tls}
`,
    why: `A client that has a connection to one host of a certificate uses it for the other hosts of the certificate too.
It arrives at the server of the first Gateway, which has no routes of the second, and gets 404. One Gateway with both
hosts, or a certificate each, helps.`,
    unless: 'No client calls both hosts, or none reuses connections as HTTP/2 allows.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0138/',
      'https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate',
    ],
  },
  *check({ cluster }) {
    const first = new Map<string, string>();
    for (const object of cluster.objects('networking.istio.io/Gateway')) {
      const { selector = {}, servers = [] } = object.body.spec ?? {};
      const name = `${object.namespace}/${object.name}`;
      for (const [index, { tls }] of servers.entries()) {
        const certificate = tls?.credentialName ?? tls?.serverCertificate;
        if (!certificate) continue;
        const key = JSON.stringify([Object.entries(selector).sort(), certificate]);
        const other = first.get(key) ?? name;
        first.set(key, other);
        if (other === name) continue;
        yield {
          object,
          path: ['spec', 'servers', index, 'tls'],
          message: `Gateway ${other} has the certificate '${certificate}' too: clients that know one host use its connection for the other, and get 404.`,
          fix: 'One Gateway with the hosts of both, or a certificate each.',
        };
      }
    }
  },
};
