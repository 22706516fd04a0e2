import type { Manifest } from '../../manifests/manifest';
import { hasLabels } from '../../manifests/selectors';
import type { Bodies } from '../../manifests/types';
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
    const known = new Map<string, Manifest<Gateway>[]>();
    for (const object of cluster.objects('networking.istio.io/Gateway')) {
      const own = new Set<string>();
      for (const [index, { tls }] of (object.body.spec?.servers ?? []).entries()) {
        const certificate = tls?.credentialName ?? tls?.serverCertificate;
        if (!certificate) continue;
        own.add(certificate);
        const other = known.get(certificate)?.find((it) => sharePods(it.body, object.body));
        if (!other) continue;
        yield {
          object,
          path: ['spec', 'servers', index, 'tls'],
          message: `Gateway ${other.namespace}/${other.name} has the certificate '${certificate}' too: clients that know one host use its connection for the other, and get 404.`,
          fix: 'One Gateway with the hosts of both, or a certificate each.',
        };
      }
      for (const certificate of own) known.set(certificate, [...(known.get(certificate) ?? []), object]);
    }
  },
};

type Gateway = Bodies['networking.istio.io/Gateway'];

/** One asks for no more labels than the other does. */
function sharePods({ spec: one }: Gateway, { spec: other }: Gateway): boolean {
  const [few, many] = [one?.selector ?? {}, other?.selector ?? {}];
  return hasLabels(many, few) || hasLabels(few, many);
}
