import { serviceHost } from '../../manifests/service';
import type { Rule } from '../rule';

export const sidecarHostNotQualified: Rule = {
  code: 'SidecarHostNotQualified',
  severity: 'error',
  summary: 'A host of a Sidecar is not of the form <namespace>/<full name>: Istio refuses the object',
  aliases: ['IST0106'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [./menu, istio-system/*]}]}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [./menu.shop.svc.cluster.local, istio-system/*]}]}
`,
    why: `An entry is a namespace, a slash and a host: a full name, a star, or a star and a suffix. Short names are not
filled up here as they are in a VirtualService. istiod's webhook refuses the Sidecar, and its pods go on seeing what
they saw before.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener',
      'https://github.com/istio/istio/blob/1.31.1/pkg/config/validation/agent/validation.go (ValidateNamespaceSlashWildcardHostname)',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('networking.istio.io/Sidecar')) {
      for (const [index, { hosts }] of (object.body.spec?.egress ?? []).entries()) {
        for (const [at, entry] of hosts.entries()) {
          const [scope, host, more] = entry.split('/');
          if (host !== undefined && more === undefined && (host === '*' || host.includes('.'))) continue;
          const name = host ?? scope;
          const place = host === undefined ? '.' : scope;
          const owner = place === '.' ? object.namespace : place;
          const full = name.includes('.') || owner === '*' ? name : serviceHost(name, owner);
          yield {
            object,
            path: ['spec', 'egress', index, 'hosts', at],
            message: `'${entry}' is not <namespace>/<full name>, so Istio refuses the whole Sidecar.`,
            fix: `- ${place}/${full}`,
          };
        }
      }
    }
  },
};
