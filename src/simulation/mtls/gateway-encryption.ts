import type { Workload } from '../../manifests/workload';
import type { Server } from '../routing/gateway-servers';
import type { Gateways } from '../routing/gateways';
import type { Reason } from '../verdict';
import { type Encryption, encryption } from './encryption';

/**
 * What the servers of Gateways make of a port of a gateway's pods: they say what they take, not PeerAuthentication.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode
 */
export function gatewayEncryption(gateways: Gateways, workload: Workload, containerPort: number): Encryption {
  const { id, namespace, labels } = workload;
  const found = gateways.portsOf({ kind: 'gateway', namespace, labels, workload }).atPod(containerPort);
  const { tls = [], plain = [], clashing = [] } = found ?? {};
  const isOfOneKind = (tls.length === 0) !== (plain.length === 0);
  if (!isOfOneKind || clashing.length > 0 || plain.some(lacksTls)) {
    return encryption('unknown', `the servers of the Gateways of ${id} say what they take, not PeerAuthentication`, [
      `what the Gateways of ${id} expect on port ${containerPort}`,
    ]);
  }
  return {
    status: tls.length > 0 ? 'encrypted' : 'plaintext',
    reasons: [...tls, ...plain].map((one) => told(one, tls.length > 0)),
    missing: [],
  };
}

function told({ gateway, name, index, spec: { port, tls } }: Server, isTls: boolean): Reason {
  const takes = isTls ? `takes TLS of mode ${tls?.mode ?? 'PASSTHROUGH'}` : 'takes plaintext';
  const text = `Gateway ${name} ${takes} on port ${port.number}`;
  return { layer: 'mtls', text, object: gateway, path: ['spec', 'servers', index] };
}

/** Whether it speaks a protocol that Istio refuses without TLS. */
function lacksTls({ protocol }: Server): boolean {
  return protocol === 'https' || protocol === 'tls';
}
