import { hostsFor, serverOf } from '../../simulation/routing/gateway-servers';
import { resolveGateway } from '../../simulation/routing/http-rules';
import { hostsMatch } from '../../simulation/visibility/hosts';
import { resolveShortName } from '../../simulation/visibility/resolve-host';
import type { Rule } from '../rule';

export const hostNotInGateway: Rule = {
  code: 'HostNotInGateway',
  severity: 'warning',
  summary: 'A VirtualService is for a Gateway that does not take its host',
  aliases: ['IST0132'],
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
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [www.example.com]
  gateways: [api]
  http: [{directResponse: {status: 204}}]
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
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [api]
  http: [{directResponse: {status: 204}}]
`,
    why: `A gateway takes from a VirtualService only hosts that a server of the Gateway takes, and, where that names a
namespace, only from VirtualServices of it. For others it has no routes, and clients see 404.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0132/',
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Server',
    ],
  },
  *check({ cluster }) {
    const servers = new Map(
      cluster
        .objects('networking.istio.io/Gateway')
        .map((it) => [
          `${it.namespace}/${it.name}`,
          (it.body.spec?.servers ?? []).map((spec, at) => serverOf(it, at, spec)),
        ]),
    );
    for (const object of cluster.objects('networking.istio.io/VirtualService')) {
      const { gateways = [], hosts = [] } = object.body.spec ?? {};
      if (gateways.length === 0 || gateways.includes('mesh')) continue;
      const found = gateways.map((name) => servers.get(resolveGateway(name, object.namespace)));
      if (found.includes(undefined)) continue;
      const taken = found.flatMap((list) => (list ?? []).flatMap((server) => hostsFor(server, object.namespace)));
      for (const [index, host] of hosts.entries()) {
        const name = resolveShortName(host, object.namespace).toLowerCase();
        if (taken.some((other) => hostsMatch(name, other))) continue;
        yield {
          object,
          path: ['spec', 'hosts', index],
          message: `No server of ${gateways.join(' or ')} takes ${host} from namespace ${object.namespace}, so clients see 404 there.`,
          fix: `hosts: [${host}]   # in the Gateway; or one of ${[...new Set(taken)].join(', ') || 'its hosts'} here`,
        };
      }
    }
  },
};
