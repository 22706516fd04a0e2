import { isHttp, type Protocol } from '../../manifests/protocol';
import type { MtlsMode } from './peer-authentications';

/**
 * What a client puts on the wire. `mtls`: what proxies of the mesh speak to each other. `tls` and `client-certificate`:
 * TLS with a certificate authority that a DestinationRule names, the latter with a certificate of the client too.
 */
export type Wire = 'mtls' | 'tls' | 'client-certificate' | 'plaintext';

/** What meets a connection at a sidecar. */
export interface Reception {
  /** `application`: the bytes go to the application as they are, and it knows whether it can read them. */
  readonly outcome: 'mtls' | 'plaintext' | 'refused' | 'application' | 'unknown';
  /** Why, as the end of a sentence about the connection. */
  readonly why: string;
}

/**
 * Which of a sidecar's filter chains takes a connection to a port, by the mode of the port and what the port is
 * declared to speak.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/filterchain_options.go
 */
export function receive(mode: MtlsMode, protocol: Protocol, wire: Wire): Reception {
  return RECEPTIONS[mode](wire, isHttp(protocol));
}

const RECEPTIONS: Record<MtlsMode, (wire: Wire, http: boolean) => Reception> = {
  STRICT: (wire) => {
    switch (wire) {
      case 'mtls':
        return { outcome: 'mtls', why: 'STRICT takes mutual TLS' };
      case 'plaintext':
        return { outcome: 'refused', why: 'STRICT resets plaintext connections' };
      case 'tls':
        return { outcome: 'refused', why: 'STRICT asks for a certificate of the client, and it shows none' };
      case 'client-certificate':
        return { outcome: 'unknown', why: 'STRICT asks for a certificate that the mesh has signed' };
    }
  },
  PERMISSIVE: (wire, http) => {
    switch (wire) {
      case 'mtls':
        return { outcome: 'mtls', why: 'PERMISSIVE takes mutual TLS' };
      case 'plaintext':
        return { outcome: 'plaintext', why: 'PERMISSIVE takes plaintext too' };
      default:
        // A port declared HTTP has chains for the mesh's own TLS and for plaintext, and none for any other TLS.
        return http
          ? { outcome: 'refused', why: 'a port declared HTTP takes no TLS but that of the mesh' }
          : { outcome: 'application', why: 'PERMISSIVE passes TLS that is not of the mesh on to the application' };
    }
  },
  DISABLE: (wire, http) => {
    switch (wire) {
      case 'plaintext':
        return { outcome: 'plaintext', why: 'DISABLE takes plaintext' };
      case 'mtls':
        return { outcome: 'refused', why: 'DISABLE does not end TLS, and nothing behind it knows that of the mesh' };
      default:
        return http
          ? { outcome: 'refused', why: 'DISABLE does not end TLS, and TLS is no HTTP' }
          : { outcome: 'application', why: 'DISABLE passes TLS on to the application' };
    }
  },
};
