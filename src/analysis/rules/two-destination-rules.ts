import { oldestFirst } from '../../manifests/age';
import { resolveShortName } from '../../simulation/visibility/resolve-host';
import type { Rule } from '../rule';
import type { DestinationRule } from '../traffic-policies';

export const twoDestinationRules: Rule = {
  code: 'TwoDestinationRules',
  severity: 'warning',
  summary: 'Two DestinationRules of a namespace are for one host, and of what both say only the older counts',
  aliases: ['KIA0201'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order-pool, namespace: shop}
spec: {host: order.shop.svc.cluster.local, trafficPolicy: {connectionPool: {http: {http2MaxRequests: 1000}}}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order-outliers, namespace: shop}
spec: {host: order, trafficPolicy: {outlierDetection: {consecutiveGatewayErrors: 5}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec:
  host: order.shop.svc.cluster.local
  trafficPolicy:
    connectionPool: {http: {http2MaxRequests: 1000}}
    outlierDetection: {consecutiveGatewayErrors: 5}
    loadBalancer: {localityLbSetting: {enabled: false}}
`,
    why: `istiod joins the subsets of both, but keeps the trafficPolicy of the one that was made first and drops the other
without a word. Of two subsets with one name it keeps the first.`,
    unless: 'One of them has only subsets, with names of its own: then nothing is lost, and nothing is reported.',
    see: [
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/destination_rule.go (mergeDestinationRule)',
      'https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services',
    ],
  },
  *check({ cluster }) {
    const seen = new Map<string, DestinationRule[]>();
    for (const object of oldestFirst(cluster.objects('networking.istio.io/DestinationRule'))) {
      const { host = '', workloadSelector, exportTo = [], trafficPolicy, subsets = [] } = object.body.spec ?? {};
      const audience = JSON.stringify([workloadSelector?.matchLabels ?? null, [...exportTo].sort()]);
      const key = `${object.namespace} ${resolveShortName(host, object.namespace)} ${audience}`;
      const earlier = seen.get(key) ?? [];
      seen.set(key, [...earlier, object]);
      const policy = trafficPolicy && earlier.find(({ body }) => body.spec?.trafficPolicy);
      const names = (rule: DestinationRule) => rule.body.spec?.subsets?.map(({ name }) => name) ?? [];
      const subset = subsets.findIndex(({ name }) => earlier.some((rule) => names(rule).includes(name)));
      if (!policy && subset === -1) continue;
      const other = policy ?? earlier.find((rule) => names(rule).includes(subsets[subset].name)) ?? earlier[0];
      const lost = policy ? 'trafficPolicy' : `subset '${subsets[subset].name}'`;
      yield {
        object,
        path: policy ? ['spec', 'trafficPolicy'] : ['spec', 'subsets', subset],
        message: `DestinationRule ${other.namespace}/${other.name} has a ${lost} for ${host} already: istiod keeps the one that was made first and drops the other.`,
        fix: 'Make one DestinationRule of the two.',
      };
    }
  },
};
