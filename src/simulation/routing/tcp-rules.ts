import type { Manifest } from '../../manifests/manifest';
import type { Bodies, HttpDestination } from '../../manifests/types';
import { resolveShortName } from '../visibility/resolve-host';
import { resolveGateway } from './http-rules';
import { RouteMatch } from './matches';
import { MESH, type ProxyNode } from './proxy-node';

type Written = Manifest<Bodies['networking.istio.io/VirtualService']>;
type TcpRoute = NonNullable<NonNullable<Written['body']['spec']>['tcp']>[number];

/** Where a VirtualService sends the connections of a sidecar's clients to a port that is not read as HTTP. */
export interface TcpRule {
  readonly object: Manifest<unknown>;
  readonly path: readonly (string | number)[];
  readonly route: readonly HttpDestination[];
}

/**
 * The first TCP route that takes connections to a port; in words, what nobody can tell of the one that may.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/tls.go
 * (buildSidecarOutboundTCPFilterChainOpts)
 */
export function tcpRuleFor(
  manifests: readonly Written[],
  proxy: ProxyNode,
  port: number,
): TcpRule | { readonly missing: string } | undefined {
  for (const manifest of manifests) {
    for (const [index, tcp] of (manifest.body.spec?.tcp ?? []).entries()) {
      const taken = tcp.route?.length ? takes(tcp, manifest.namespace, proxy, port) : false;
      if (taken === false) continue;
      if (taken !== true) return taken;
      const route = (tcp.route ?? []).map((it) => ({
        ...it,
        destination: { ...it.destination, host: resolveShortName(it.destination.host, manifest.namespace) },
      }));
      return { object: manifest, path: ['spec', 'tcp', index], route };
    }
  }
  return undefined;
}

function takes({ match = [] }: TcpRoute, namespace: string, proxy: ProxyNode, port: number) {
  if (match.length === 0) return true;
  for (const { gateways = [], destinationSubnets = [], ...source } of match) {
    // Other than in routes of HTTP, a gateway that fits does not make up for a source that does not.
    if (gateways.length > 0 && !gateways.some((gateway) => resolveGateway(gateway, namespace) === MESH)) continue;
    const concerns = new RouteMatch(source).concerns(proxy, port, MESH);
    if (concerns !== true && 'why' in concerns) continue;
    if (concerns !== true) return concerns;
    return destinationSubnets.length === 0 || { missing: 'the address that the client connects to' };
  }
  return false;
}
