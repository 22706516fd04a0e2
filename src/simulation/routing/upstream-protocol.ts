import { isHttp, isHttp2, type Protocol } from '../../manifests/protocol';
import type { TrafficPolicy } from '../../manifests/types';
import type { ProxyNode } from './proxy-node';
import type { UpstreamProtocol } from './route-result';

/**
 * What a proxy speaks to a service: HTTP/2 where the port says so, or a DestinationRule. To a port that says nothing a
 * sidecar speaks what its client does, a gateway HTTP/1.1, in which gRPC cannot be spoken.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/cluster_builder.go (setUpstreamProtocol)
 */
export function upstreamProtocolOf(
  protocol: Protocol,
  { connectionPool }: TrafficPolicy,
  mesh: 'UPGRADE' | 'DO_NOT_UPGRADE' | undefined,
  proxy: ProxyNode['kind'],
): UpstreamProtocol {
  const { useClientProtocol, h2UpgradePolicy } = connectionPool?.http ?? {};
  if (useClientProtocol) return 'client';
  if (isHttp2(protocol) || h2UpgradePolicy === 'UPGRADE') return 'http2';
  if (h2UpgradePolicy !== 'DO_NOT_UPGRADE' && mesh === 'UPGRADE' && isHttp(protocol)) return 'http2';
  if (isHttp(protocol)) return 'http1';
  if (protocol !== 'auto') return 'tcp';
  return proxy === 'sidecar' ? 'client' : 'http1';
}
