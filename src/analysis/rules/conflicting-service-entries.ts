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
    const byPort = new Map<string, Said[]>();
    for (const object of cluster.objects('networking.istio.io/ServiceEntry')) {
      const { hosts = [], ports = [], exportTo = [] } = object.body.spec ?? {};
      const stated = exportTo.length > 0 ? exportTo : cluster.mesh.defaultServiceExportTo;
      const scopes = stated.map((scope) => (scope === '.' ? object.namespace : scope));
      for (const host of hosts) {
        for (const [index, { number, protocol = '' }] of ports.entries()) {
          const key = `${host.toLowerCase()} ${number}`;
          const said = { object, scopes, protocol: protocol.toUpperCase() };
          const others = byPort.get(key) ?? [];
          byPort.set(key, [...others, said]);
          const other = others.find((it) => it.protocol !== said.protocol && meet(it.scopes, scopes));
          if (!other) continue;
          const { namespace, name } = other.object;
          yield {
            object,
            path: ['spec', 'ports', index],
            message: `ServiceEntry ${namespace}/${name} says that port ${number} of ${host} is ${other.protocol || 'of no protocol'}, and this one ${said.protocol || 'none'}.`,
            fix: `protocol: ${other.protocol || 'TCP'}`,
          };
        }
      }
    }
  },
};

/** What a ServiceEntry says of a port, and to whom. */
interface Said {
  readonly object: Manifest<unknown>;
  readonly scopes: readonly string[];
  readonly protocol: string;
}

/** Whether some proxy reads both. */
function meet(some: readonly string[], others: readonly string[]): boolean {
  if (some.includes('~') || others.includes('~')) return false;
  return some.includes('*') || others.includes('*') || some.some((scope) => others.includes(scope));
}
