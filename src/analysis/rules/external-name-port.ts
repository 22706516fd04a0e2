import type { Rule } from '../rule';

export const externalNamePort: Rule = {
  code: 'ExternalNamePort',
  severity: 'warning',
  summary: 'A port of an ExternalName Service declares no protocol, and takes connections to others with it',
  aliases: ['IST0150'],
  page: {
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: partner, namespace: shop}
spec: {type: ExternalName, externalName: api.partner.example.com, ports: [{name: tcp, port: 443}]}
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: partner, namespace: shop}
spec: {type: ExternalName, externalName: api.partner.example.com, ports: [{name: https, port: 443}]}
`,
    why: `Such a Service has no address, so as TCP it stands for every address on that port: connections to other hosts are
taken for it, and go where they are not meant.
appProtocol decides, where there is one; istioctl reports a port named tcp even then.`,
    unless: 'Nothing else is called on that port.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0150/',
      'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
    ],
  },
  *check({ cluster }) {
    for (const service of cluster.services.values()) {
      if (service.kind !== 'Service' || !service.external) continue;
      for (const [index, { protocol, number, name }] of service.ports.entries()) {
        if (protocol !== 'auto' && protocol !== 'tcp') continue;
        yield {
          object: service.manifest,
          path: ['spec', 'ports', index],
          message: `Port ${number} ('${name}') of an ExternalName Service is read as TCP, for every address: connections to others are taken for it.`,
          fix: 'name: https   # or tls, http, grpc',
        };
      }
    }
  },
};
