import type { Routing } from '../contract';
import type { DestinationRuleSpec } from './types';

/**
 * How callers treat the pods of a service: spread by request, bounded, and without a pod that answers UNAVAILABLE.
 *
 * No `tls` block: the mesh finds out by itself, pod by pod. INTERNAL and UNKNOWN are the application's own business and
 * eject nobody. Adding outlier detection would also make Istio prefer pods of the caller's zone; that is not asked for
 * here.
 */
export function trafficPolicy(routing: Routing): DestinationRuleSpec {
  const { host, stable, canary } = routing;
  const subsets = [
    ...(stable ? [{ name: 'stable', labels: stable }] : []),
    ...(canary ? [{ name: 'canary', labels: canary.labels }] : []),
  ];
  return {
    host,
    trafficPolicy: {
      connectionPool: {
        tcp: { connectTimeout: '3s', tcpKeepalive: { time: '60s', interval: '20s' } },
        http: { http2MaxRequests: 1000 },
      },
      loadBalancer: { simple: 'LEAST_REQUEST', localityLbSetting: { enabled: false } },
      outlierDetection: {
        consecutive5xxErrors: 0,
        consecutiveGatewayErrors: 5,
        interval: '10s',
        baseEjectionTime: '30s',
        maxEjectionPercent: 50,
      },
    },
    ...(subsets.length > 0 && { subsets }),
  };
}
