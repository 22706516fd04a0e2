import { MeshError } from '../errors';
import { objectName, serviceHost } from './names';

/** Which server outside is meant. */
export interface ServerNameOptions {
  /**
   * The name that the TLS handshake asks for (SNI).
   *
   * @default - the host
   */
  readonly serverName?: string;

  /**
   * Names of which its certificate must have one.
   *
   * @default - the host
   */
  readonly subjectAltNames?: string[];
}

/** How a server outside proves who it is. */
export interface ServerCertificateOptions extends ServerNameOptions {
  /**
   * Secret with the authority (`ca.crt`) that has signed its certificate, in the namespace of the EgressGateway.
   *
   * @default - the public authorities that the proxy's image knows
   */
  readonly authoritySecret?: string;
}

/** How a mesh shows itself to a server outside, which wants a certificate. */
export interface ClientCertificateOptions extends ServerNameOptions {
  /** Secret with `tls.crt`, `tls.key` and `ca.crt`, in the namespace of the EgressGateway. */
  readonly secretName: string;
}

/**
 * How calls to a host outside are encrypted.
 *
 * A DestinationRule with `sni` and without `subjectAltNames` takes any certificate of a public authority, whoever it
 * belongs to: here its name is always compared.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/
 */
export class ExternalTls {
  /**
   * The last proxy on the way begins TLS, and goes on only with a server whose certificate is valid for its name.
   *
   * Any other server is answered for by the proxy: UNAVAILABLE (14).
   *
   * Refused: `InvalidHost`, `InvalidName`, `NoSubjectAltNames`; by the service `NoEgressGateway`.
   *
   * @param options name and authority of the certificate. Left out: the host, and the public authorities
   */
  public static verified(options: ServerCertificateOptions = {}): ExternalTls {
    return new ExternalTls(checked(options, 'ExternalTls.verified'), undefined);
  }

  /**
   * The same, and the proxy shows a certificate of its own.
   *
   * Refused: `InvalidHost`, `InvalidName`, `NoSubjectAltNames`; by the service `NoEgressGateway`.
   *
   * @param options the certificate, and name of the server's
   */
  public static mutual(options: ClientCertificateOptions): ExternalTls {
    const where = 'ExternalTls.mutual';
    return new ExternalTls(checked(options, where), objectName(options.secretName, where));
  }

  /**
   * The application itself speaks TLS, and verifies what it likes: the mesh sees a name and bytes.
   *
   * For ports of TCP; requests that the mesh cannot read have no deadlines, retries or policies. Refused by the
   * service: `EncryptedRequests`.
   */
  public static ofApplication(): ExternalTls {
    return new ExternalTls(undefined, undefined);
  }

  private constructor(
    private readonly options: ServerCertificateOptions | undefined,
    private readonly clientSecret: string | undefined,
  ) {}

  /**
   * @internal
   */
  public get _ofApplication(): boolean {
    return this.options === undefined;
  }

  /**
   * What a proxy has to know to begin TLS; undefined: it does not.
   *
   * @internal
   */
  public _origination(host: string): Origination | undefined {
    if (!this.options) return undefined;
    const { serverName = host, subjectAltNames = [host], authoritySecret } = this.options;
    const secret = this.clientSecret ?? authoritySecret;
    return { serverName, subjectAltNames, secret, showsCertificate: this.clientSecret !== undefined };
  }
}

/** TLS that a proxy begins, every default applied. */
export interface Origination {
  readonly serverName: string;
  readonly subjectAltNames: string[];
  /** undefined: the public authorities. */
  readonly secret?: string;
  readonly showsCertificate: boolean;
}

function checked(options: ServerCertificateOptions, where: string): ServerCertificateOptions {
  const { serverName, subjectAltNames, authoritySecret } = options;
  if (subjectAltNames?.length === 0) throw noNames(where);
  return {
    serverName: serverName === undefined ? undefined : serviceHost(serverName, where),
    subjectAltNames: subjectAltNames?.map((name) => serviceHost(name, where)),
    authoritySecret: authoritySecret === undefined ? undefined : objectName(authoritySecret, where),
  };
}

function noNames(where: string): MeshError {
  return new MeshError({
    code: 'NoSubjectAltNames',
    where,
    what: 'subjectAltNames is empty.',
    why: 'Then the certificate of any server of these authorities would do, whoever it belongs to.',
    fix: "subjectAltNames: ['api.example.com']",
  });
}
