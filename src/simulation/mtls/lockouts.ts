import type { Cluster } from '../../manifests/cluster';
import type { Workload } from '../../manifests/workload';
import { DestinationRules } from '../routing/destination-rules';
import type { Reason } from '../verdict';
import { SidecarScopes } from '../visibility/sidecar-scopes';
import { Connections } from './connections';
import type { PeerAuthentications } from './peer-authentications';
import type { WorkloadPort } from './workload-ports';

/** Clients of the cluster whose connections to a port would be reset, and why. */
export interface Lockout {
  readonly clients: readonly Workload[];
  readonly reasons: readonly Reason[];
}

/** Clients that fare alike: of one kind, with one scope and one set of DestinationRules. */
type Group = readonly [Workload, ...Workload[]];

/** Which clients of a cluster cannot speak to a port, because the two ends do not agree on TLS. */
export class Lockouts {
  private readonly connections: Connections;
  private readonly scopes: SidecarScopes;
  private readonly rules: DestinationRules;
  private readonly groups: readonly Group[];

  public constructor(
    private readonly cluster: Cluster,
    peers: PeerAuthentications,
  ) {
    this.connections = Connections.of(cluster, peers);
    this.scopes = SidecarScopes.of(cluster);
    this.rules = DestinationRules.of(cluster);
    this.groups = this.group();
  }

  /** Clients that do not call it at present are among them: no manifest says who calls whom. */
  public of(server: Workload, port: WorkloadPort): Lockout[] {
    const fronts = port.fronts.length > 0 ? port.fronts : [undefined];
    return this.groups.flatMap((group) => {
      // Through one service it may be refused, and not through another: it is locked out of the first.
      const reasons = fronts.map((front) => this.refusal(group[0], server, port, front)).find((it) => it);
      const clients = group.includes(server) ? group.filter((client) => client !== server) : group;
      return reasons && clients.length > 0 ? [{ clients, reasons }] : [];
    });
  }

  private refusal(
    client: Workload,
    server: Workload,
    port: WorkloadPort,
    front: WorkloadPort['fronts'][number] | undefined,
  ): readonly Reason[] | undefined {
    const seen = front && this.scopes.sees(client, front.service, front.port.number).outcome;
    if ((!front || seen === 'deny') && this.scopes.outboundPolicyOf(client).mode === 'REGISTRY_ONLY') return undefined;
    const { outcome, reasons } = this.connections.open({
      client: { kind: 'workload', workload: client },
      server,
      containerPort: port.number,
      protocol: port.protocol,
      service: front?.service,
      servicePort: front?.port.number,
      tls: front && this.rules.for(client, front.service).tlsMode(front.port.number),
      // Without a service there is only the address of the pod, which no cluster of a sidecar knows.
      passthrough: !front || seen === 'deny',
    });
    return outcome === 'refused' ? reasons : undefined;
  }

  private group(): readonly Group[] {
    const groups = new Map<string, [Workload, ...Workload[]]>();
    const selecting = new Set(
      this.cluster
        .objects('networking.istio.io/DestinationRule')
        .filter(({ body }) => body.spec?.workloadSelector)
        .map(({ namespace }) => namespace),
    );
    for (const workload of this.cluster.workloads) {
      const { dataPlane, namespace, id, kind } = workload;
      const sidecar = this.scopes.scopeOf(workload)?.sidecar;
      const alone = selecting.has(namespace) || 'traffic.sidecar.istio.io/excludeOutboundPorts' in workload.annotations;
      const key =
        dataPlane === 'none'
          ? 'none'
          : `${dataPlane} ${namespace} ${sidecar?.namespace}/${sidecar?.name} ${alone ? kind + id : ''}`;
      const group = groups.get(key);
      group ? group.push(workload) : groups.set(key, [workload]);
    }
    return [...groups.values()];
  }
}
