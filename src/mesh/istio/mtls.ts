import type { Pods, PortException } from '../parties';
import type { PeerAuthenticationSpec } from './types';

/** Callers without a certificate of the mesh are refused, on every port of every pod that it holds for. */
export const strict: PeerAuthenticationSpec = { mtls: { mode: 'STRICT' } };

/** They are taken as well, and have no identity. */
export const permissive: PeerAuthenticationSpec = { mtls: { mode: 'PERMISSIVE' } };

/** Single ports, by their number in the container, take plaintext; the rest is as the namespace has it. */
export function portMtls({ labels }: Pods, exceptions: PortException[]): PeerAuthenticationSpec {
  const modes = exceptions.map(({ containerPort, withoutMutualTls }) => [
    String(containerPort),
    { mode: withoutMutualTls ? ('DISABLE' as const) : ('PERMISSIVE' as const) },
  ]);
  return { selector: { matchLabels: labels }, portLevelMtls: Object.fromEntries(modes) };
}
