import type { Reason } from '../verdict';

/**
 * Whether what reaches a port has been encrypted on its way. `optional`: it takes encrypted connections and others.
 * `plaintext`: it takes only others.
 */
export type EncryptionStatus = 'encrypted' | 'optional' | 'plaintext' | 'unknown';

/** What a mesh or a network plugin makes of a port. */
export interface Encryption {
  readonly status: EncryptionStatus;
  readonly reasons: readonly Reason[];
  /** For an unknown: the facts that would settle it, as noun phrases. */
  readonly missing: readonly string[];
}

export function encryption(
  status: EncryptionStatus,
  reason: Reason | string,
  missing: readonly string[] = [],
): Encryption {
  const reasons: Reason[] = [typeof reason === 'string' ? { layer: 'mtls', text: reason } : reason];
  return { status, reasons, missing };
}
