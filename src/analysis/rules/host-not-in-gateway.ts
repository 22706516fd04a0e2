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
    given: `
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
    avoid: `
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
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [api]
  http: [{directResponse: {status: 204}}]
`,
    why: `A gateway takes from a VirtualService only hosts that a server of the Gateway takes, and, where that names a
namespace, only from VirtualServices of it. For others it has no routes, and clients see 404.
istioctl is content if the Gateway takes one of several hosts, and reports Gateways that do not exist here as well.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0132/',
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Server',
    ],
  },
  *check({ cluster, written }) {
    const servers = new Map(
      cluster
        .objects('networking.istio.io/Gateway')
        .map((it) => [
          `${it.namespace}/${it.name}`,
          (it.body.spec?.servers ?? []).map((spec, at) => serverOf(it, at, spec)),
        ]),
    );
    for (const object of written.virtualServices) {
      const { gateways = [], hosts = [] } = object.body.spec ?? {};
      const names = hosts.map((host) => resolveShortName(host, object.namespace).toLowerCase());
      const doors = gateways.map((gateway) => {
        const found = servers.get(resolveGateway(gateway, object.namespace));
        return { gateway, hosts: found?.flatMap((server) => hostsFor(server, object.namespace)) };
      });
      const known = doors.flatMap((door) => door.hosts ?? []);
      const takes = (taken: readonly string[], name: string) => taken.some((other) => hostsMatch(name, other));
      const idle = doors.filter((door) => door.hosts && !names.some((name) => takes(door.hosts ?? [], name)));
      for (const { gateway } of idle) {
        yield {
          object,
          path: ['spec', 'gateways', gateways.indexOf(gateway)],
          message: `No server of ${gateway} takes ${hosts.join(' or ')} from namespace ${object.namespace}, so clients see 404 there.`,
          fix: `hosts: [${hosts.join(', ')}]   # in the Gateway; or one of ${[...new Set(known)].join(', ') || 'its hosts'} here`,
        };
      }
      // A host of a VirtualService for the mesh is read by sidecars, and one of an unknown Gateway may be taken there.
      if (doors.some((door) => !door.hosts) || idle.length === doors.length) continue;
      for (const [index, host] of hosts.entries()) {
        if (takes(known, names[index])) continue;
        yield {
          object,
          path: ['spec', 'hosts', index],
          message: `No server of ${gateways.join(' or ')} takes ${host} from namespace ${object.namespace}, so clients see 404 there.`,
          fix: `hosts: [${host}]   # in the Gateway; or one of ${[...new Set(known)].join(', ')} here`,
        };
      }
    }
  },
};
