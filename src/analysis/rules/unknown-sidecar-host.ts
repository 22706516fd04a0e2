import type { Rule } from '../rule';

export const unknownSidecarHost: Rule = {
  code: 'UnknownSidecarHost',
  severity: 'warning',
  summary: 'A Sidecar imports a host that is neither a Service nor in a ServiceEntry of that namespace',
  aliases: ['KIA1004'],
  page: {
    given: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [./menue.shop.svc.cluster.local]}]}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [./menu.shop.svc.cluster.local]}]}
`,
    why: `The entry imports nothing, and the host that was meant stays unknown to the proxy: calls to it fail under
REGISTRY_ONLY, and leave without an identity under ALLOW_ANY. The namespace before the slash is that of the Service.`,
    unless:
      'The Service comes from elsewhere. Namespaces of which no Service is among the manifests are not looked at.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener',
      'https://kiali.io/docs/features/validations/',
    ],
  },
  *check({ cluster, hosts }) {
    for (const object of cluster.objects('networking.istio.io/Sidecar')) {
      for (const [index, { hosts: entries }] of (object.body.spec?.egress ?? []).entries()) {
        for (const [at, entry] of entries.entries()) {
          const [scope, host = ''] = entry.split('/');
          if (!host.includes('.') || host.startsWith('*') || scope.startsWith('~')) continue;
          const owner = scope === '.' ? object.namespace : scope;
          const path = ['spec', 'egress', index, 'hosts', at];
          const absent = hosts.find(host, object.namespace);
          const service = cluster.services.get(host);
          if (absent && !absent.external) {
            yield {
              object,
              path,
              message: `There is no Service for ${host}, so the entry imports nothing.${absent.hint}`,
              fix: `- ${scope}/${absent.meant ?? absent.near ?? '…'}`,
            };
          } else if (service && owner !== '*' && service.namespace !== owner) {
            yield {
              object,
              path,
              message: `${host} belongs to namespace ${service.namespace}, not to ${owner}, so the entry imports nothing.`,
              fix: `- ${service.namespace}/${host}`,
            };
          }
        }
      }
    }
  },
};
