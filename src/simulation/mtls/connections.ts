import type { Cluster } from '../../manifests/cluster';
import type { Protocol } from '../../manifests/protocol';
import type { Service } from '../../manifests/service';
import type { DataPlane, Workload } from '../../manifests/workload';
import { type Caller, nameOf } from '../caller';
import type { Reason } from '../verdict';
import { AutoMtls, offersMtls, type Sending } from './auto-mtls';
import { type Reception, receive, type Wire } from './inbound';
import { interceptsInbound, interceptsOutbound } from './interception';
import { PeerAuthentications } from './peer-authentications';

/** `trafficPolicy.tls.mode` of the DestinationRule in force; `auto` where none says one. */
export type ClientTls = 'auto' | 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';

/** One connection that a client opens to a pod. */
export interface Attempt {
  readonly client: Caller;
  readonly server: Workload;
  readonly containerPort: number;
  /** What the Service in front declares; `auto` for a port behind no Service. */
  readonly protocol: Protocol;
  /** The service that was called; absent for a call to a pod's own address. */
  readonly service?: Service;
  /** The port of the service that was called. */
  readonly servicePort?: number;
  /** @default 'auto' */
  readonly tls?: ClientTls;
  /** The client's proxy does not know the service, and passes the connection through as the client opened it. */
  readonly passthrough?: boolean;
}

/** What becomes of it. `plaintext`: it is open, and the server knows no identity of its client. */
export interface Connection {
  readonly outcome: 'mtls' | 'plaintext' | 'refused' | 'unknown';
  readonly reasons: readonly Reason[];
  /** For an unknown: the facts that would settle it. */
  readonly missing: readonly string[];
}

/**
 * Whether a connection between two pods opens, and whether with mutual TLS.
 *
 * A client that speaks for itself is taken to speak plaintext: what TLS applications use among themselves no manifest
 * says.
 */
export class Connections {
  public static of(cluster: Cluster, peers: PeerAuthentications = PeerAuthentications.of(cluster)): Connections {
    return new Connections(peers, new AutoMtls(cluster, peers));
  }

  private constructor(
    private readonly peers: PeerAuthentications,
    private readonly autoMtls: AutoMtls,
  ) {}

  public open(attempt: Attempt): Connection {
    const client = attempt.client.kind === 'workload' ? attempt.client.workload : undefined;
    if (client?.dataPlane === 'unknown') {
      const as = (dataPlane: DataPlane) =>
        this.open({ ...attempt, client: { kind: 'workload', workload: { ...client, dataPlane } } });
      return agreed(as('sidecar'), as('none'), client);
    }
    const { server, containerPort } = attempt;
    switch (server.dataPlane) {
      case 'ambient':
        return this.toAmbient(attempt, client?.dataPlane);
      case 'gateway':
        return unsettled([`what the Gateways of ${server.id} expect on port ${containerPort}`], []);
      case 'unknown': {
        const as = (dataPlane: DataPlane) => this.open({ ...attempt, server: { ...server, dataPlane } });
        return agreed(as('sidecar'), as('none'), server);
      }
      default:
        return client?.dataPlane === 'ambient'
          ? this.fromZtunnel(attempt)
          : this.arrive(attempt, this.sending(attempt));
    }
  }

  /** What the client, or the proxy that speaks for it, puts on the wire. */
  private sending({ client, server, service, tls = 'auto', ...attempt }: Attempt): Sending {
    const dataPlane = client.kind === 'workload' ? client.workload.dataPlane : undefined;
    const dialled = attempt.servicePort ?? attempt.containerPort;
    if (client.kind === 'plaintext' || dataPlane === 'none') {
      return sends('plaintext', `${nameOf(client)} has no proxy, and speaks plaintext`);
    }
    if (client.kind === 'workload' && dataPlane === 'sidecar' && !interceptsOutbound(client.workload, dialled)) {
      return sends('plaintext', `${nameOf(client)} keeps port ${dialled} from its sidecar, and speaks plaintext`);
    }
    if (attempt.passthrough) {
      return sends('plaintext', `the proxy of ${nameOf(client)} passes through what it does not know, in plaintext`);
    }
    if (tls !== 'auto') {
      return sends(WIRES[tls], `the DestinationRule in force says ${tls}`);
    }
    if (dataPlane === 'proxyless') {
      // grpcgen/cds.go: "for now, we leave mTLS *off* by default".
      return sends('plaintext', `${nameOf(client)} is proxyless, and speaks TLS only if a DestinationRule says so`);
    }
    return this.autoMtls.sendingTo(server, attempt.containerPort, service, dataPlane);
  }

  private arrive(attempt: Attempt, { wire, reasons, missing }: Sending): Connection {
    const { server, containerPort, protocol } = attempt;
    const met = (reception: Reception, more: readonly Reason[] = [], doubts: readonly string[] = []) =>
      settled(attempt, reception, [...reasons, ...more], [...missing, ...doubts]);
    if (server.dataPlane === 'none') {
      return met(atApplication(wire, `${server.id} has no proxy`));
    }
    if (server.dataPlane === 'sidecar' && !interceptsInbound(server, containerPort)) {
      return met(atApplication(wire, `${server.id} keeps port ${containerPort} from its sidecar`));
    }
    const peer = this.peers.modeOf(server, containerPort);
    if (server.dataPlane === 'proxyless') {
      // gRPC cannot take both: grpcgen/lds.go (buildInboundFilterChains).
      const mode = peer.mode !== 'PERMISSIVE' ? peer.mode : offersMtls(server) ? 'STRICT' : 'DISABLE';
      return met(receive(mode, 'grpc', wire), peer.reasons, peer.missing);
    }
    return met(receive(peer.mode, protocol, wire), peer.reasons, peer.missing);
  }

  /** ztunnel takes HBONE, which is mutual TLS, and unless STRICT also plaintext. */
  private toAmbient(attempt: Attempt, client: DataPlane | undefined): Connection {
    const { server, containerPort } = attempt;
    const { mode, reasons, missing } = this.peers.modeOf(server, containerPort);
    if (client === 'ambient') {
      return { outcome: 'mtls', reasons: [says(`${server.id} and its client are in ambient mode`)], missing: [] };
    }
    if (client === 'none' || attempt.client.kind === 'plaintext') {
      const reception = receive(mode === 'DISABLE' ? 'PERMISSIVE' : mode, 'tcp', 'plaintext');
      return settled(attempt, reception, reasons, missing);
    }
    return unsettled([`whether the proxy of ${nameOf(attempt.client)} speaks HBONE`], reasons);
  }

  /** To pods that do not take HBONE ztunnel passes on what the client wrote. */
  private fromZtunnel(attempt: Attempt): Connection {
    const { server, client } = attempt;
    if (server.labels['networking.istio.io/tunnel'] === 'http') {
      return { outcome: 'mtls', reasons: [says(`the pods of ${server.id} take HBONE`)], missing: [] };
    }
    const plain = this.arrive(attempt, sends('plaintext', `ztunnel passes on the plaintext of ${nameOf(client)}`));
    return server.dataPlane === 'sidecar'
      ? unsettled([`whether the sidecar of ${server.id} takes HBONE`], plain.reasons)
      : plain;
  }
}

const WIRES: Record<Exclude<ClientTls, 'auto'>, Wire> = {
  DISABLE: 'plaintext',
  SIMPLE: 'tls',
  MUTUAL: 'client-certificate',
  ISTIO_MUTUAL: 'mtls',
};

function atApplication(wire: Wire, why: string): Reception {
  switch (wire) {
    case 'plaintext':
      return { outcome: 'plaintext', why };
    case 'mtls':
      return { outcome: 'refused', why: `${why}, and no application speaks the TLS of the mesh` };
    default:
      return { outcome: 'application', why };
  }
}

function settled(
  { server, containerPort }: Attempt,
  { outcome, why }: Reception,
  before: readonly Reason[],
  missing: readonly string[],
): Connection {
  const reasons = [...before, says(`port ${containerPort} of ${server.id}: ${why}`)];
  if (missing.length > 0) return unsettled(missing, reasons);
  switch (outcome) {
    case 'application':
      return unsettled([`whether the application of ${server.id} itself speaks TLS on port ${containerPort}`], reasons);
    case 'unknown':
      return unsettled(['who signed the client certificate that the DestinationRule names'], reasons);
    default:
      return { outcome, reasons, missing: [] };
  }
}

/** One answer where two worlds give the same; else that of neither, and what one of them says is not said as a fact. */
function agreed(meshed: Connection, bare: Connection, { id, namespace }: Workload): Connection {
  if (meshed.outcome === bare.outcome) return meshed;
  const facts = new Set(bare.reasons.map(({ text }) => text));
  const reasons = meshed.reasons.map((reason) =>
    reason.object || facts.has(reason.text) ? reason : { ...reason, text: `if ${id} has a sidecar: ${reason.text}` },
  );
  return unsettled([`the labels of namespace ${namespace}`, ...meshed.missing], reasons);
}

function unsettled(missing: readonly string[], reasons: readonly Reason[]): Connection {
  return { outcome: 'unknown', reasons, missing };
}

function sends(wire: Wire, text: string): Sending {
  return { wire, reasons: [says(text)], missing: [] };
}

function says(text: string): Reason {
  return { layer: 'mtls', text };
}
