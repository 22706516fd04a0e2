import type { Manifest } from '../../manifests/manifest';
import type { Rule } from '../rule';

export const conflictingServiceEntries: Rule = {
  code: 'ConflictingServiceEntries',
  severity: 'warning',
  summary: 'Two ServiceEntries declare different protocols for one port of one host',
  aliases: ['IST0177'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner, namespace: shop}
spec: {hosts: [api.partner.example.com], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner-too, namespace: shop}
spec: {hosts: [api.partner.example.com], ports: [{number: 443, name: grpc, protocol: GRPC}], resolution: DNS}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner, namespace: shop}
spec: {hosts: [api.partner.example.com], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS}
`,
    why: `Both say what the port of that host speaks, and a proxy can only believe one of them. Which one depends on their
age, and may change when one is made anew.`,
    unless: 'Their exportTo keeps them apart: then they are not reported.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/service-entry/',
      'https://github.com/istio/istio/tree/1.31.1/pkg/config/analysis/analyzers/serviceentry',
    ],
  },
  *check({ cluster }) {
    const first = new Map<string, { object: Manifest<unknown>; protocol: string }>();
    for (const object of cluster.objects('networking.istio.io/ServiceEntry')) {
      const { hosts = [], ports = [], exportTo = ['*'] } = object.body.spec ?? {};
      const scope = exportTo.includes('*') ? '*' : `${object.namespace} ${[...exportTo].sort().join(' ')}`;
      for (const host of hosts) {
        for (const [index, { number, protocol = '' }] of ports.entries()) {
          const key = `${scope} ${host.toLowerCase()} ${number}`;
          const said = protocol.toUpperCase();
          const other = first.get(key) ?? { object, protocol: said };
          first.set(key, other);
          if (other.protocol === said) continue;
          const { namespace, name } = other.object;
          yield {
            object,
            path: ['spec', 'ports', index],
            message: `ServiceEntry ${namespace}/${name} says that port ${number} of ${host} is ${other.protocol || 'of no protocol'}, and this one ${said || 'none'}.`,
            fix: `protocol: ${other.protocol || 'TCP'}`,
          };
        }
      }
    }
  },
};
