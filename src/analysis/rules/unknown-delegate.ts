import { refusedNames } from '../refused-names';
import type { Rule } from '../rule';

export const unknownDelegate: Rule = {
  code: 'UnknownDelegate',
  severity: 'error',
  summary: 'A route delegates to a VirtualService that does not exist, or that is none without hosts',
  aliases: [],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [istio-ingress/api]
  http: [{match: [{uri: {prefix: /shop.v1.Menu/}}], delegate: {name: menu-routes}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [istio-ingress/api]
  http: [{match: [{uri: {prefix: /shop.v1.Menu/}}], delegate: {name: menu-routes}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu-routes, namespace: shop}
spec:
  http: [{directResponse: {status: 204}}]
`,
    why: `A delegate is a VirtualService without hosts. Where there is none, istiod leaves the route out with a line in its
log, and the next route, or a 404, answers instead.`,
    unless: 'The delegate comes from elsewhere. One of a namespace of which no VirtualService is here is not missed.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/virtualservice.go',
    ],
  },
  *check({ cluster, written }) {
    const all = cluster.objects('networking.istio.io/VirtualService');
    const roots = new Set<string>();
    const delegates = new Set<string>();
    for (const { namespace, name, body } of all) {
      (body.spec?.hosts?.length ? roots : delegates).add(`${namespace}/${name}`);
    }
    const known = new Set(all.map(({ namespace }) => namespace));
    const refused = refusedNames(cluster, 'VirtualService');
    for (const { object, route, path } of written.httpRoutes) {
      if (!route.delegate) continue;
      const { name = '', namespace = object.namespace } = route.delegate;
      const id = `${namespace}/${name}`;
      if (delegates.has(id) || refused.has(id) || !known.has(namespace)) continue;
      const what = roots.has(id) ? `VirtualService ${id} has hosts of its own` : `There is no VirtualService ${id}`;
      yield {
        object,
        path: [...path, 'delegate'],
        message: `${what}, so istiod leaves the route out.`,
        fix: roots.has(id)
          ? `Take the hosts of VirtualService ${id} away.`
          : `delegate: {name: …, namespace: ${namespace}}`,
      };
    }
  },
};
