import type { Cluster } from '../manifests/cluster';
import type { Party } from '../simulation/access/party';
import type { Rpc } from '../simulation/access/rpc';
import { interceptsOutbound } from '../simulation/mtls/interception';
import { answer, because } from '../simulation/routing/answer';
import type { RouteResult } from '../simulation/routing/route-result';
import { effectiveTimeout } from '../simulation/routing/timeouts';

/** Why no proxy sends what a client sends to a port; nothing where one does, or may. */
export function bareClient(caller: Party['caller'], port: number): string | undefined {
  if (caller.kind === 'plaintext') {
    return 'a client without identity has no proxy';
  }
  if (caller.kind !== 'workload') {
    return undefined;
  }
  const { workload } = caller;
  if (workload.dataPlane === 'none') {
    return `${workload.id} has no proxy`;
  }
  const isPassed = workload.dataPlane === 'sidecar' && !interceptsOutbound(workload, port);
  return isPassed ? `port ${port} is kept from the sidecar of ${workload.id}` : undefined;
}

/** A call to the pods of a service as the client's own code makes it: routes and destination rules are for proxies. */
export function withoutProxy(
  why: string,
  { service, port }: Rpc,
  cluster: Cluster,
  headers?: Readonly<Record<string, string>>,
): RouteResult {
  const text = `${why}: no VirtualService and no DestinationRule applies, the client calls ${service.host} itself`;
  return answer({
    outcome: 'routed',
    reasons: [because(text)],
    timeout: effectiveTimeout(undefined, headers?.['grpc-timeout']),
    destinations: [
      {
        host: service.host,
        service,
        port,
        weight: 1,
        workloads: cluster.workloadsOf(service),
        trafficPolicy: {},
        destinationRules: [],
        tlsMode: 'DISABLE',
        upstreamProtocol: 'client',
      },
    ],
  });
}
