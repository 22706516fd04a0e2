import { isObject } from '../../manifests/json';
import type { Rule } from '../rule';

export const failoverWithoutOutlierDetection: Rule = {
  code: 'FailoverWithoutOutlierDetection',
  severity: 'warning',
  summary: 'Locality failover is set without outlierDetection, and so does nothing',
  aliases: ['IST0133'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec:
  host: menu.shop.svc.cluster.local
  trafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: eu-west, to: eu-north}]}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec:
  host: menu.shop.svc.cluster.local
  trafficPolicy:
    loadBalancer: {localityLbSetting: {failover: [{from: eu-west, to: eu-north}]}}
    outlierDetection: {consecutiveGatewayErrors: 5}
`,
    why: `Envoy turns to another locality when pods of its own are ejected, and only outlierDetection ejects them. Without
it istiod sets no priorities at all, and calls go to every locality from the start.
Istio's own warning looks at the traffic policy of the host alone, not at those of subsets and ports.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting',
    ],
  },
  *check({ written }) {
    for (const { object, policy, path, port } of written.trafficPolicies) {
      const setting = policy.loadBalancer?.localityLbSetting;
      if (!isObject(setting) || (!setting.failover && !setting.failoverPriority)) continue;
      // A block that a subset does not have is that of its host; a port inherits nothing.
      const inherited = port === undefined ? object.body.spec?.trafficPolicy?.outlierDetection : undefined;
      if (policy.outlierDetection ?? inherited) continue;
      yield {
        object,
        path: [...path, 'loadBalancer', 'localityLbSetting'],
        message:
          'Failover between localities needs outlierDetection, and there is none: calls go to every locality from the start.',
        fix: 'outlierDetection: {consecutiveGatewayErrors: 5, consecutive5xxErrors: 0}',
      };
    }
  },
};
