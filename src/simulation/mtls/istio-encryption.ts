import type { Workload } from '../../manifests/workload';
import { offersMtls } from './auto-mtls';
import { type Encryption, type EncryptionStatus, encryption } from './encryption';
import { interceptsInbound } from './interception';
import type { MtlsMode, PeerAuthentications } from './peer-authentications';

export interface IstioEncryption extends Encryption {
  /** What PeerAuthentications say, where a proxy of Istio obeys them. */
  readonly mode?: MtlsMode;
}

/** What Istio makes of a port of a workload that is part of its mesh. */
export function istioEncryption(
  peers: PeerAuthentications,
  workload: Workload,
  containerPort: number,
): IstioEncryption {
  const { dataPlane, id } = workload;
  if (dataPlane === 'sidecar' && !interceptsInbound(workload, containerPort)) {
    return encryption('plaintext', `annotations of ${id} keep port ${containerPort} from its sidecar`);
  }
  const { mode, reasons, missing } = peers.modeOf(workload, containerPort);
  if (missing.length > 0) {
    return { status: 'unknown', mode, reasons, missing };
  }
  return { status: statusOf(mode, workload), mode, reasons, missing: [] };
}

function statusOf(mode: MtlsMode, workload: Workload): EncryptionStatus {
  if (mode === 'STRICT') return 'encrypted';
  switch (workload.dataPlane) {
    case 'ambient':
      // ztunnel takes HBONE whatever the mode.
      return 'optional';
    case 'proxyless':
      // gRPC cannot take both: grpcgen/lds.go (buildInboundFilterChains).
      return mode === 'PERMISSIVE' && offersMtls(workload) ? 'encrypted' : 'plaintext';
    default:
      return mode === 'PERMISSIVE' ? 'optional' : 'plaintext';
  }
}
