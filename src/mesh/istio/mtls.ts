import type { PeerAuthenticationSpec } from './types';

/** Callers without a certificate of the mesh are refused, on every port of every pod of the namespace. */
export const strict: PeerAuthenticationSpec = { mtls: { mode: 'STRICT' } };
