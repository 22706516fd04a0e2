import type { Ejection } from '../../values/outlier-detection';
import type { TrafficSettings } from '../../values/traffic-policy';
import type { Service } from '../service';
import { duration } from './duration';
import type { DestinationRuleSpec } from './types';

type TrafficPolicy = NonNullable<DestinationRuleSpec['trafficPolicy']>;

/**
 * How callers treat the pods of a service: by default spread by request, bounded, and without a pod that answers
 * UNAVAILABLE.
 *
 * No `tls` block: the mesh finds out by itself, pod by pod. INTERNAL and UNKNOWN are the application's own business and
 * eject nobody.
 */
export function trafficPolicy({ host, stable, canary, traffic }: Service): DestinationRuleSpec {
  const subsets = [
    ...(stable ? [{ name: 'stable', labels: stable }] : []),
    ...(canary ? [{ name: 'canary', labels: canary.labels }] : []),
  ];
  return {
    host,
    trafficPolicy: settingsPolicy(traffic),
    ...(subsets.length > 0 && { subsets }),
  };
}

/** These settings in the words of a DestinationRule. */
export function settingsPolicy(settings: TrafficSettings): TrafficPolicy {
  const { _ejection: ejection } = settings.outlierDetection;
  return {
    connectionPool: connectionPool(settings),
    loadBalancer: loadBalancer(settings),
    ...(ejection && { outlierDetection: outlierDetection(ejection) }),
  };
}

// Never maxRequestsPerConnection: it would take from HTTP/2 what it is for.
function connectionPool(settings: TrafficSettings): TrafficPolicy['connectionPool'] {
  const { circuitBreaker, connectTimeoutMillis, keepAliveSeconds, maxConnectionAgeMillis } = settings;
  const { _maxConnections, _maxRequests, _maxPendingRequests, _maxRetries } = circuitBreaker;
  return {
    tcp: {
      ...(_maxConnections !== undefined && { maxConnections: _maxConnections }),
      connectTimeout: duration(connectTimeoutMillis),
      tcpKeepalive: { time: `${keepAliveSeconds}s`, interval: `${Math.ceil(keepAliveSeconds / 3)}s` },
      ...(maxConnectionAgeMillis !== undefined && { maxConnectionDuration: duration(maxConnectionAgeMillis) }),
    },
    http: {
      http2MaxRequests: _maxRequests,
      ...(_maxPendingRequests !== undefined && { http1MaxPendingRequests: _maxPendingRequests }),
      ...(_maxRetries !== undefined && { maxRetries: _maxRetries }),
    },
  };
}

// Outlier detection would switch on by itself that Istio prefers pods of the caller's zone, unless this says otherwise.
function loadBalancer({ loadBalancing, locality }: TrafficSettings): TrafficPolicy['loadBalancer'] {
  const { _simple: simple, _warmUpMillis: warmUp, _hashKey: httpHeaderName } = loadBalancing;
  return {
    ...(simple ? { simple } : { consistentHash: { httpHeaderName } }),
    localityLbSetting: locality._setting,
    ...(warmUp !== undefined && { warmup: { duration: duration(warmUp) } }),
  };
}

function outlierDetection(ejection: Ejection): TrafficPolicy['outlierDetection'] {
  return {
    consecutive5xxErrors: ejection.consecutive5xxErrors,
    consecutiveGatewayErrors: ejection.consecutiveGatewayErrors,
    interval: duration(ejection.intervalMillis),
    baseEjectionTime: duration(ejection.baseEjectionMillis),
    maxEjectionPercent: ejection.maxEjectionPercent,
  };
}
