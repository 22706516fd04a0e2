import { AbsentHosts } from '../absent-hosts';
import type { Rule } from '../rule';

export const unknownDestinationRuleHost: Rule = {
  code: 'UnknownDestinationRuleHost',
  severity: 'warning',
  summary: 'A DestinationRule is for a host that is neither a Service nor in a ServiceEntry, and does nothing',
  aliases: ['IST0174', 'KIA0202'],
  page: {
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menu.shop}
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menu.shop.svc.cluster.local}
`,
    why: `Proxies look for the rules of the hosts that they know, by their full names. A rule for another host is read by
nobody: no subsets, no limits, no TLS. A name with dots is taken as it is.`,
    unless:
      'The Service comes from elsewhere. Namespaces of which no Service is among the manifests are not looked at.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0174/',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule',
    ],
  },
  *check({ cluster }) {
    const hosts = AbsentHosts.of(cluster);
    for (const object of cluster.objects('networking.istio.io/DestinationRule')) {
      const absent = hosts.find(object.body.spec?.host ?? '', object.namespace);
      if (!absent) continue;
      yield {
        object,
        path: ['spec', 'host'],
        severity: absent.meant ? 'error' : 'warning',
        message: `There is no host '${absent.host}', so nothing of this rule takes effect.${absent.hint}`,
        fix: `host: ${absent.meant ?? '…   # the full name of a Service, or a host of a ServiceEntry'}`,
      };
    }
  },
};
