import type { Rule } from '../rule';
import { servicesOfRule } from '../servers-of-rule';

export const fewRequestsPerConnection: Rule = {
  code: 'FewRequestsPerConnection',
  severity: 'warning',
  summary: 'Connections to a gRPC service are closed after a few calls, which takes from HTTP/2 what it is for',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}, ports: [{name: grpc, port: 50051}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec:
  host: order.shop.svc.cluster.local
  trafficPolicy: {connectionPool: {http: {maxRequestsPerConnection: 2}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec:
  host: order.shop.svc.cluster.local
  trafficPolicy: {connectionPool: {http: {http2MaxRequests: 1000}}}
`,
    why: `All calls of gRPC share a few connections. With this limit Envoy opens a new one, with its TLS handshake, after
that many calls. To limit how many calls are under way at once, set http2MaxRequests.`,
    unless: 'The limit is there for a test.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-HTTPSettings',
      'https://grpc.io/docs/guides/performance/',
    ],
  },
  *check(subject) {
    for (const written of subject.written.trafficPolicies) {
      const { object, policy, path, port } = written;
      const limit = policy.connectionPool?.http?.maxRequestsPerConnection;
      if (typeof limit !== 'number' || limit < 1 || limit > 100) continue;
      const isGrpc = [...servicesOfRule(subject, written)].some(({ ports }) =>
        ports.some(({ protocol, number }) => protocol === 'grpc' && (port === undefined || port === number)),
      );
      if (!isGrpc) continue;
      yield {
        object,
        path: [...path, 'connectionPool', 'http', 'maxRequestsPerConnection'],
        message: `After ${limit} ${limit === 1 ? 'call' : 'calls'} Envoy closes the connection and opens another, where gRPC keeps one for thousands.`,
        fix: 'Leave it out. http2MaxRequests limits the calls under way.',
      };
    }
  },
};
