import type { Json } from '../../manifests/json';
import type { Path } from '../../manifests/path';
import { valueAt } from '../../manifests/value-at';
import type { Rule } from '../rule';

export const needsNewerIstio: Rule = {
  code: 'NeedsNewerIstio',
  severity: 'info',
  summary: 'A field exists only from Istio 1.31 on: older ones refuse the object, or throw the field away',
  aliases: [],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec:
  host: menu.shop.svc.cluster.local
  trafficPolicy: {connectionPool: {http: {http2KeepAlive: {interval: 20s, timeout: 5s}}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: menu, namespace: shop}
spec:
  host: menu.shop.svc.cluster.local
  trafficPolicy: {connectionPool: {tcp: {tcpKeepalive: {time: 60s, interval: 20s}}}}
`,
    why: `The API of Istio 1.30 does not have the field: kubectl apply refuses the object there, and a client that does not
ask for strict validation loses the field without a word.`,
    unless: 'The cluster runs Istio 1.31 or later.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
      'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
    ],
  },
  *check({ written }) {
    for (const { object, policy, path } of written.trafficPolicies) {
      for (const field of SINCE_1_31) {
        if (valueAt(policy as Json, field) === undefined) continue;
        yield {
          object,
          path: [...path, ...field],
          message: `${field[field.length - 1]} exists from Istio 1.31 on; an older one refuses the object or loses the field.`,
          fix: 'Leave it out while a cluster runs an older Istio.',
        };
      }
    }
  },
};

const SINCE_1_31: readonly Path[] = [
  ['connectionPool', 'http', 'http2KeepAlive'],
  ['loadBalancer', 'zoneAwareLbSetting'],
  ['outlierDetection', 'outlierDetectionHttpErrorCodes'],
];
