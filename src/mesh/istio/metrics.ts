import type { Monitoring, Watched } from '../telemetry';

// Selectors of PromQL. Istio's metrics have labels of their own; Envoy's have those that Prometheus adds when it reads
// them, `namespace` and `pod`, and the name of a cluster or listener.

/** Status codes of gRPC by which a server says that it is at fault, as OpenTelemetry counts them. */
export const SERVER_ERRORS = '2|4|12|13|14|15';

/** The label that tells RPCs apart, where a service has it. */
export const RPC_LABEL = 'rpc';

/** Calls of a service, as its callers have seen them: failures on the way included. */
export function seenByCallers(metric: string, service: Watched, more = ''): string {
  return ofService(metric, service, 'source', more);
}

/** Calls of a service, as its own proxies have seen them. */
export function seenByServer(metric: string, service: Watched, more = ''): string {
  return ofService(metric, service, 'destination', more);
}

function ofService(metric: string, { name, pods }: Watched, reporter: string, more: string): string {
  const of = `destination_service_namespace="${pods.namespace}",destination_service_name="${name}"`;
  return `${metric}{reporter="${reporter}",${of},request_protocol="grpc"${more && `,${more}`}}`;
}

/** What proxies of callers know of a service, wherever they run. */
export function ofCluster(metric: string, { host, grpcPort }: Watched): string {
  return `${metric}{cluster_name=~"outbound[|]${grpcPort?.port}[|].*[|]${literally(host)}"}`;
}

/** What proxies of a namespace know of those who connect to them. */
export function ofInbound(metric: string, { namespace }: Monitoring): string {
  return `${metric}{namespace="${namespace}",listener_address=~".*15006"}`;
}

/** What proxies of a namespace know of those to whom they connect. */
export function ofOutbound(metric: string, { namespace }: Monitoring): string {
  return `${metric}{namespace="${namespace}",cluster_name=~"outbound.*"}`;
}

/** The regular expression of one text, without a backslash: it stands in strings of PromQL and of JSON. */
export function literally(text: string): string {
  return text.replace(/[.|()]/g, '[$&]');
}
