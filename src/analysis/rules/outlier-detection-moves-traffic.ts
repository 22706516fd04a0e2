import type { Rule } from '../rule';
import { servicesOfRule } from '../servers-of-rule';

export const outlierDetectionMovesTraffic: Rule = {
  code: 'OutlierDetectionMovesTraffic',
  severity: 'info',
  summary: 'An outlierDetection also switches on that calls stay in the zone of their caller',
  aliases: [],
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
spec: {host: menu.shop.svc.cluster.local, trafficPolicy: {outlierDetection: {consecutiveGatewayErrors: 5}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec:
  host: menu.shop.svc.cluster.local
  trafficPolicy:
    outlierDetection: {consecutiveGatewayErrors: 5}
    loadBalancer: {localityLbSetting: {enabled: false}}
`,
    why: `Balancing by locality is on in a mesh that says nothing of it, and sleeps until a host has outlierDetection. Then
each proxy calls the pods of its own zone as long as they are well: one pod may get the calls of a whole zone.`,
    unless: 'Calls shall stay in their zone; say so with localityLbSetting: {enabled: true}.',
    see: [
      'https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection',
    ],
  },
  *check(subject) {
    for (const written of subject.written.trafficPolicies) {
      const { object, policy, path, port } = written;
      const host = port === undefined ? object.body.spec?.trafficPolicy?.loadBalancer : undefined;
      const balancing = policy.loadBalancer ?? host ?? {};
      if (!policy.outlierDetection || balancing.localityLbSetting || balancing.zoneAwareLbSetting) continue;
      if (![...servicesOfRule(subject, written)].some(({ external }) => !external)) continue;
      yield {
        object,
        path: [...path, 'outlierDetection'],
        message: `With outlierDetection calls to ${object.body.spec?.host} stay in the zone of their caller, because nothing switches that off.`,
        fix: 'loadBalancer: {localityLbSetting: {enabled: false}}',
      };
    }
  },
};
