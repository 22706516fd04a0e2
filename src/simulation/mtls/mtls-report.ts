import type { Cluster } from '../../manifests/cluster';
import type { Workload } from '../../manifests/workload';
import { Gateways } from '../routing/gateways';
import { Cilium } from './cilium';
import { encryption } from './encryption';
import { gatewayEncryption } from './gateway-encryption';
import { type IstioEncryption, istioEncryption } from './istio-encryption';
import { Linkerd } from './linkerd';
import { type Lockout, Lockouts } from './lockouts';
import { PeerAuthentications } from './peer-authentications';
import { type WorkloadPort, workloadPorts } from './workload-ports';

/** What of the cluster decides about a port; `none`, where nothing encrypts. */
export type EncryptingMesh = 'istio' | 'linkerd' | 'cilium' | 'none' | 'unknown';

/** One port of one workload. */
export interface MtlsRow extends IstioEncryption {
  readonly workload: Workload;
  readonly port: WorkloadPort;
  readonly mesh: EncryptingMesh;
  /** The clients of the cluster that cannot speak to it, were they to try. */
  readonly lockedOut: readonly Lockout[];
}

export interface MtlsReport {
  /** By the order of workloads in the manifests, then by port. */
  readonly rows: readonly MtlsRow[];
}

/** Which ports of a cluster take only encrypted connections, who says so, and whom that locks out. */
export function mtls(cluster: Cluster): MtlsReport {
  const peers = PeerAuthentications.of(cluster);
  const lockouts = new Lockouts(cluster, peers);
  const gateways = Gateways.of(cluster);
  const linkerd = Linkerd.of(cluster);
  const cilium = Cilium.of(cluster);
  const bare = cluster.workloads.filter((workload) => !linkerd.injects(workload));

  const row = (workload: Workload, port: WorkloadPort): MtlsRow => {
    if (linkerd.injects(workload)) {
      const found = linkerd.encryptionOf(workload, port.number);
      const reasons = [...found.reasons, { layer: 'mtls' as const, text: 'it has no proxy of Linkerd' }];
      const lockedOut = found.status === 'encrypted' ? [{ clients: bare, reasons }] : [];
      return { workload, port, mesh: 'linkerd', ...found, lockedOut };
    }
    const lockedOut = lockouts.of(workload, port);
    switch (workload.dataPlane) {
      case 'none':
        return cilium.present
          ? { workload, port, mesh: 'cilium', ...cilium.encryptionOf(workload), lockedOut }
          : { workload, port, mesh: 'none', ...encryption('plaintext', `${workload.id} has no proxy`), lockedOut };
      case 'unknown': {
        const missing = [`the labels of namespace ${workload.namespace}`];
        const found = encryption('unknown', `whether ${workload.id} gets a proxy is for its namespace to say`, missing);
        return { workload, port, mesh: 'unknown', ...found, lockedOut };
      }
      case 'gateway':
        return {
          workload,
          port,
          mesh: 'istio',
          ...gatewayEncryption(gateways, workload, port.number),
          lockedOut,
        };
      default:
        return { workload, port, mesh: 'istio', ...istioEncryption(peers, workload, port.number), lockedOut };
    }
  };
  return { rows: cluster.workloads.flatMap((it) => workloadPorts(cluster, it).map((port) => row(it, port))) };
}
