import type { Cluster } from '../../manifests/cluster';
import type { Service } from '../../manifests/service';
import type { DataPlane, Workload } from '../../manifests/workload';
import type { Reason } from '../verdict';
import type { Wire } from './inbound';
import type { PeerAuthentications } from './peer-authentications';

/** What a client puts on the wire, and why. */
export interface Sending {
  readonly wire: Wire;
  readonly reasons: readonly Reason[];
  /** What could change it. */
  readonly missing: readonly string[];
}

/**
 * What proxies send where no DestinationRule says it: mutual TLS to pods that can take it, plaintext to others.
 *
 * The service as a whole decides first, and for it only what PeerAuthentications say of its namespace and the mesh;
 * then each pod, by its label and by all that PeerAuthentications say of its port.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/cluster_tls.go (buildUpstreamTLSSettings)
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/xds/endpoints/mtls_checker.go
 */
export class AutoMtls {
  public constructor(
    private readonly cluster: Cluster,
    private readonly peers: PeerAuthentications,
  ) {}

  /** Gateways resolve the pods of a headless service, where sidecars take the address that they are given. */
  public sendingTo(
    server: Workload,
    containerPort: number,
    service: Service | undefined,
    client: DataPlane | undefined,
  ): Sending {
    if (!this.cluster.mesh.enableAutoMtls) {
      return plaintext(
        'enableAutoMtls is off in the mesh, so proxies send plaintext where no DestinationRule says other',
      );
    }
    if (service?.external) {
      return plaintext(`${service.host} is outside of the mesh, to which proxies send plaintext`);
    }
    if (service?.headless) {
      const bare = this.cluster.workloadsOf(service).find((it) => !offersMtls(it));
      if (bare) {
        const missing = bare.dataPlane === 'unknown' ? [`the labels of namespace ${bare.namespace}`] : [];
        return plaintext(`${service.host} is headless and ${bare.id} behind it takes no mutual TLS`, [], missing);
      }
    }
    const wide = this.peers.namespaceModeOf(service?.namespace ?? server.namespace);
    if (wide.mode === 'DISABLE') {
      return plaintext('clients send plaintext to a service whose namespace says DISABLE', wide.reasons, wide.missing);
    }
    if (service?.headless && client !== 'gateway') {
      return { wire: 'mtls', reasons: [], missing: wide.missing };
    }
    if (!offersMtls(server)) {
      return plaintext(`the pods of ${server.id} are not labelled as taking mutual TLS`, [], wide.missing);
    }
    const own = this.peers.modeOf(server, containerPort);
    return own.mode === 'DISABLE'
      ? plaintext('clients send plaintext to a port that says DISABLE', own.reasons, own.missing)
      : { wire: 'mtls', reasons: [], missing: wide.missing };
  }
}

/**
 * Whether istiod tells clients that the pods take mutual TLS: by a label that the injection of a sidecar sets, and no
 * other template.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/service.go (GetTLSModeFromEndpointLabels)
 */
export function offersMtls({ labels, dataPlane, kind, spec }: Workload): boolean {
  const label = labels['security.istio.io/tlsMode'];
  if (label !== undefined) {
    return label === 'istio';
  }
  // A WorkloadEntry is no pod: its service account makes it part of the mesh.
  return kind === 'WorkloadEntry' ? Boolean(spec.serviceAccountName) : dataPlane === 'sidecar';
}

function plaintext(text: string, reasons: readonly Reason[] = [], missing: readonly string[] = []): Sending {
  return { wire: 'plaintext', reasons: [...reasons, { layer: 'mtls', text }], missing };
}
