import { isSubsetOf, isWildcard } from '../../simulation/visibility/hosts';
import { resolveShortName } from '../../simulation/visibility/resolve-host';
import type { Rule } from '../rule';
import type { DestinationRule } from '../traffic-policies';

export const shadowedDestinationRule: Rule = {
  code: 'ShadowedDestinationRule',
  severity: 'warning',
  summary: 'A DestinationRule takes the place of a wider one and does not repeat what that one says',
  aliases: ['KIA0204'],
  page: {
    given: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: defaults, namespace: shop}
spec: {host: "*.shop.svc.cluster.local", trafficPolicy: {connectionPool: {tcp: {connectTimeout: 3s}}}}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec: {host: order.shop.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec:
  host: order.shop.svc.cluster.local
  trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}, connectionPool: {tcp: {connectTimeout: 3s}}}
`,
    why: `Proxies obey the DestinationRule of the most specific host and nothing else: it does not inherit from a rule for
*.shop.svc.cluster.local, nor from one for the whole mesh. What only the wider one says is gone for this host.`,
    unless: 'The host shall do without what the wider rule says.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/push_context.go (destinationRule)',
    ],
  },
  *check({ cluster }) {
    const rules = cluster.objects('networking.istio.io/DestinationRule');
    const wide = rules.map(withHost).filter(({ host, rule }) => isWildcard(host) && rule.body.spec?.trafficPolicy);
    if (wide.length === 0) return;
    for (const { rule: object, host } of rules.map(withHost)) {
      const covering = wide
        .filter(({ rule, host: other }) => {
          const isNear = rule.namespace === object.namespace || rule.namespace === cluster.mesh.rootNamespace;
          return rule !== object && isNear && other !== host && isSubsetOf(host, other);
        })
        .sort((a, b) => b.host.length - a.host.length)[0]?.rule;
      if (!covering) continue;
      const own = object.body.spec?.trafficPolicy ?? {};
      const lost = Object.keys(covering.body.spec?.trafficPolicy ?? {}).filter((field) => !(field in own));
      if (lost.length === 0) continue;
      yield {
        object,
        path: ['spec', 'host'],
        message: `It takes the place of DestinationRule ${covering.namespace}/${covering.name} for ${host}, whose ${lost.join(', ')} is lost there.`,
        fix: `Repeat ${lost.join(', ')} in the trafficPolicy.`,
      };
    }
  },
};

function withHost(rule: DestinationRule): { rule: DestinationRule; host: string } {
  return { rule, host: resolveShortName(rule.body.spec?.host ?? '', rule.namespace).toLowerCase() };
}
