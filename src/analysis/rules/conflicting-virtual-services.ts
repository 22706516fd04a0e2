import { oldestFirst } from '../../manifests/age';
import { resolveShortName } from '../../simulation/visibility/resolve-host';
import type { VirtualService } from '../http-routes';
import type { Rule } from '../rule';

export const conflictingVirtualServices: Rule = {
  code: 'ConflictingVirtualServices',
  severity: 'error',
  summary: 'Two VirtualServices are for one host inside the mesh, and sidecars read only one of them',
  aliases: ['IST0109', 'KIA1106'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http: [{match: [{uri: {prefix: /shop.v1.Menu/}}], directResponse: {status: 204}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu-admin, namespace: shop}
spec:
  hosts: [menu]
  http: [{match: [{uri: {prefix: /shop.v1.MenuAdmin/}}], directResponse: {status: 204}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - {match: [{uri: {prefix: /shop.v1.Menu/}}], directResponse: {status: 204}}
    - {match: [{uri: {prefix: /shop.v1.MenuAdmin/}}], directResponse: {status: 204}}
`,
    why: `Gateways join the routes of several VirtualServices for one host. Sidecars do not: of those that they see they
read the one that was made first, and the others do nothing.
istioctl also reports one that names a host twice, in short and in full, and one for some namespaces beside one for
all: the former is taken once, the latter is read first there, and neither is reported here.`,
    unless: 'No proxy sees both: their exportTo keeps them apart, and then they are not reported.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0109/',
      'https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services',
    ],
  },
  *check({ cluster }) {
    const byHost = new Map<string, VirtualService[]>();
    const scopes = (object: VirtualService) => {
      const { exportTo } = object.body.spec ?? {};
      const stated = exportTo?.length ? exportTo : cluster.mesh.defaultVirtualServiceExportTo;
      return stated.map((scope) => (scope === '.' ? object.namespace : scope));
    };
    for (const object of oldestFirst(cluster.objects('networking.istio.io/VirtualService'))) {
      const { hosts = [], gateways = ['mesh'] } = object.body.spec ?? {};
      if (gateways.length > 0 && !gateways.includes('mesh')) continue;
      for (const [index, host] of hosts.entries()) {
        const name = resolveShortName(host, object.namespace).toLowerCase();
        const earlier = byHost.get(name) ?? [];
        byHost.set(name, [...earlier, object]);
        const own = scopes(object);
        const rival = earlier.find((other) => {
          const theirs = scopes(other);
          // One for some namespaces alone is read there before one for all.
          return other !== object && own.some((scope) => theirs.includes(scope));
        });
        if (!rival) continue;
        yield {
          object,
          path: ['spec', 'hosts', index],
          message: `VirtualService ${rival.namespace}/${rival.name} is for ${name} too, and sidecars read only the one that was made first.`,
          fix: 'Put all routes of the host into one VirtualService.',
        };
      }
    }
  },
};
