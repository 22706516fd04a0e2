import { didYouMean } from '../../manifests/words';
import { resolveGateway } from '../../simulation/routing/http-rules';
import { refusedNames } from '../refused-names';
import type { Rule } from '../rule';

export const unknownGateway: Rule = {
  code: 'UnknownGateway',
  severity: 'error',
  summary: 'A VirtualService is for a Gateway that does not exist',
  aliases: ['IST0101', 'KIA1102'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [api-gateway]
  http: [{directResponse: {status: 204}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: api-gateway, namespace: shop}
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
  gateways: [api-gateway]
  http: [{directResponse: {status: 204}}]
`,
    why: `The routes are for the Gateways that are named, and for no other proxy. A name without a namespace is one of the
namespace of the VirtualService. Of a Gateway that does not exist nobody gets the routes: clients see 404.
istioctl also misses Gateways of namespaces of which none is among the manifests.`,
    unless:
      'The Gateway comes from elsewhere. One of a namespace of which no Gateway is among the manifests is not missed.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService',
    ],
  },
  *check({ cluster, written }) {
    const gateways = [
      ...cluster.objects('networking.istio.io/Gateway'),
      ...cluster.objects('gateway.networking.k8s.io/Gateway'),
    ];
    const names = new Set(gateways.map(({ namespace, name }) => `${namespace}/${name}`));
    const refused = refusedNames(cluster, 'Gateway');
    const known = new Set(gateways.map(({ namespace }) => namespace));
    for (const object of written.virtualServices) {
      for (const [index, gateway] of (object.body.spec?.gateways ?? []).entries()) {
        const name = resolveGateway(gateway, object.namespace);
        const [namespace] = name.split('/');
        if (gateway === 'mesh' || names.has(name) || refused.has(name)) continue;
        if (namespace !== object.namespace && !known.has(namespace)) continue;
        yield {
          object,
          path: ['spec', 'gateways', index],
          message: `There is no Gateway ${name}, so nobody gets these routes.${didYouMean(name, [...names])}`,
          fix: `- ${names.size > 0 ? [...names].join(' or ') : '<namespace>/<name of the Gateway>'}`,
        };
      }
    }
  },
};
