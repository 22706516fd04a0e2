import type { Pods } from '../parties';
import type { EnvoyFilterSpec } from './types';

/**
 * grpc-web turned into gRPC by the gateway, for a backend that has no sidecar to do it.
 *
 * First in the chain, so that policies and metrics of the gateway see gRPC.
 */
export function webTranslation(gateway: Pods): EnvoyFilterSpec {
  return {
    priority: 10,
    workloadSelector: { labels: gateway.labels },
    configPatches: [
      {
        applyTo: 'HTTP_FILTER',
        match: {
          context: 'GATEWAY',
          listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
        },
        patch: {
          operation: 'INSERT_FIRST',
          value: {
            name: 'envoy.filters.http.grpc_web',
            typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.grpc_web.v3.GrpcWeb' },
          },
        },
      },
    ],
  };
}
