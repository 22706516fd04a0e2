import { leadsToGrpc } from '../http-routes';
import type { Rule } from '../rule';

export const retryOfExecutedCalls: Rule = {
  code: 'RetryOfExecutedCalls',
  severity: 'warning',
  summary: 'A route for any RPC repeats calls that the server may have executed already',
  aliases: [],
  optOut: 'dangerously-repeat-executed',
  page: {
    given: `
apiVersion: v1
kind: Service
metadata: {name: payment, namespace: shop}
spec: {selector: {app: payment}, ports: [{name: grpc, port: 50051}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: payment, namespace: shop}
spec:
  hosts: [payment.shop.svc.cluster.local]
  http:
    - retries: {attempts: 3, retryOn: "unavailable,deadline-exceeded"}
      route: [{destination: {host: payment.shop.svc.cluster.local}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: payment, namespace: shop}
spec:
  hosts: [payment.shop.svc.cluster.local]
  http:
    - match: [{uri: {exact: /pay.v1.Payments/ListCharges}}]
      retries: {attempts: 3, retryOn: "unavailable,deadline-exceeded"}
      route: [{destination: {host: payment.shop.svc.cluster.local}}]
    - retries: {attempts: 2, retryOn: "connect-failure,refused-stream,reset-before-request"}
      route: [{destination: {host: payment.shop.svc.cluster.local}}]
`,
    why: `An error status, a reset or a lost answer does not tell whether the server has done its work. To try again is
safe for RPCs that may be executed twice, and charges a card twice for others. The conditions connect-failure,
refused-stream and reset-before-request hold only for calls that no server has begun.`,
    unless: 'Every RPC of the host may be executed twice.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry',
      'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on',
    ],
  },
  *check({ cluster, written }) {
    for (const one of written.httpRoutes) {
      const { object, route, path } = one;
      const { retries, match } = route;
      if (!retries?.attempts || match?.every(({ uri }) => uri?.exact !== undefined)) continue;
      // Without retryOn it is what Istio repeats by default.
      const conditions = (retries.retryOn || 'unavailable,cancelled').split(',').map((condition) => condition.trim());
      const repeating = conditions.filter((condition) => REPEATS.has(condition));
      if (repeating.length === 0 || !leadsToGrpc(cluster, one)) continue;
      yield {
        object,
        path: [...path, 'retries', ...(retries.retryOn ? ['retryOn'] : [])],
        message: `The route is for any RPC and tries again on ${repeating.join(', ')}, also what the server has executed already.`,
        fix: 'retryOn: connect-failure,refused-stream,reset-before-request',
      };
    }
  },
};

const REPEATS = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'retriable-4xx',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);
