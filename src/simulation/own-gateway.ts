import { containerPort, type Service, type ServicePort } from '../manifests/service';
import type { GatewayServer } from '../manifests/types';
import type { Workload } from '../manifests/workload';
import type { Caller } from './caller';
import type { ClientTls, Connection } from './mtls/connections';
import type { Step } from './passage';
import { UNAVAILABLE } from './routing/grpc-status';
import type { RouteResult } from './routing/route-result';
import type { Simulation } from './simulation';
import { deny } from './verdict';

/** A call from inside to the pods of a gateway, by the name of their own Service. */
export interface GatewayCall {
  readonly from: Caller;
  readonly to: Workload;
  readonly service: Service;
  readonly port: ServicePort;
  readonly path?: string;
  readonly method: string;
}

/**
 * The refusal of a gateway that is called in plaintext from inside, where no server takes such a call. Nothing where
 * one may take it: what is behind a gateway is for those to ask who come from outside, by the host that it serves.
 */
export function refusalOfGateway({ routes }: Simulation, call: GatewayCall): Step | undefined {
  const { from, to, service, port, path, method } = call;
  const isPlain = from.kind === 'plaintext' || (from.kind === 'workload' && from.workload.dataPlane === 'none');
  if (to.dataPlane !== 'gateway' || !isPlain || !isEnvoys(to, containerPort(port, to))) {
    return undefined;
  }
  const via = { kind: 'gateway', gateway: to } as const;
  const route = routes.route({ via, host: service.host, port: port.number, path, method, tls: 'none' });
  // A server that is found has taken the connection, and more than that no port needs that is not HTTP.
  const isConnected = route.server !== undefined;
  if (route.outcome !== 'no-route' || (isConnected && path === undefined)) {
    return undefined;
  }
  // Where a server has taken it, a policy of the gateway may be the first to answer.
  return { decision: deny(route.reasons), grpcStatus: isConnected ? undefined : UNAVAILABLE };
}

/** A call from inside, encrypted by the mesh for a server of a Gateway that it names. */
export interface MutualGatewayCall extends GatewayCall {
  readonly authority: string;
  readonly tls: ClientTls;
  readonly sni?: string;
}

/**
 * The connection of a sidecar to a gateway that asks for certificates of the mesh, as those on the way out do.
 * Nothing where it may be another kind of connection.
 */
export function mutualWithGateway({ routes }: Simulation, call: MutualGatewayCall): Connection | undefined {
  const { from, to, port, path, method, authority, tls, sni } = call;
  const isMeshed = from.kind === 'workload' && from.workload.dataPlane === 'sidecar';
  if (to.dataPlane !== 'gateway' || !isMeshed || tls !== 'ISTIO_MUTUAL' || sni === undefined) {
    return undefined;
  }
  const via = { kind: 'gateway', gateway: to } as const;
  const route = routes.route({ via, host: authority, port: port.number, path, method, tls: { sni } });
  if (route.outcome === 'no-route' && !route.server) {
    return { outcome: 'refused', reasons: route.reasons, missing: [] };
  }
  if (modeOf(route) !== 'ISTIO_MUTUAL') {
    return undefined;
  }
  const text = `a server of ${to.id} for ${sni} takes certificates of the mesh`;
  return { outcome: 'mtls', reasons: [{ layer: 'mtls', text, object: route.server?.gateway }], missing: [] };
}

/** How the server of a Gateway that takes a call ends its TLS. */
export function modeOf({ server }: RouteResult): NonNullable<GatewayServer['tls']>['mode'] | undefined {
  if (!server) {
    return undefined;
  }
  const { spec } = server.gateway.body as { readonly spec?: { readonly servers?: readonly GatewayServer[] } };
  return spec?.servers?.[server.index]?.tls?.mode;
}

/** Whether nobody but the servers of Gateways could listen there. */
function isEnvoys({ containers }: Workload, port: number | undefined): boolean {
  return port !== undefined && !AGENT.has(port) && containers.every(({ name }) => name === 'istio-proxy');
}

/**
 * Health and metrics.
 *
 * @see https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio
 */
const AGENT = new Set([15020, 15021, 15090]);
