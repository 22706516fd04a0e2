import type { Rule } from '../rule';

export const unknownDestinationRuleHost: Rule = {
  code: 'UnknownDestinationRuleHost',
  severity: 'warning',
  otherwise: { error: 'a name with dots is written that is not the full name of its Service' },
  summary: 'A DestinationRule is for a host that is neither a Service nor in a ServiceEntry, and does nothing',
  aliases: ['IST0174', 'KIA0202'],
  page: {
    given: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menu.shop}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec: {host: menu.shop.svc.cluster.local}
`,
    why: `Proxies look for the rules of the hosts that they know, by their full names. A rule for another host is read by
nobody: no subsets, no limits, no TLS. A name with dots is taken as it is.
A host that is hidden from all who read the rule is reported too. istioctl looks from the namespace of the rule
alone, and also misses Services of namespaces that are not among the manifests.`,
    unless:
      'The Service comes from elsewhere. Namespaces of which no Service is among the manifests are not looked at.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0174/',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule',
    ],
  },
  *check({ written, hosts }) {
    for (const object of written.destinationRules) {
      const absent = hosts.find(object.body.spec?.host ?? '', object.namespace, object.body.spec?.exportTo);
      if (!absent) continue;
      yield {
        object,
        path: ['spec', 'host'],
        severity: absent.meant ? 'error' : 'warning',
        message: absent.hidden
          ? `${absent.hidden} hides ${absent.host} from all who read this rule, so nothing of it takes effect.`
          : `There is no host '${absent.host}', so nothing of this rule takes effect.${absent.hint}`,
        fix: `host: ${absent.meant ?? absent.near ?? '…   # the full name of a Service, or a host of a ServiceEntry'}`,
      };
    }
  },
};
