import { didYouMean, MeshError } from '../errors';
import { objectName } from './names';

/** Where cert-manager gets the certificate from. */
export interface CertManagerOptions {
  /** Name of the issuer. */
  readonly issuer: string;

  /**
   * `ClusterIssuer` or `Issuer`. An `Issuer` must lie in the namespace of the gateway pods.
   *
   * @default 'ClusterIssuer'
   */
  readonly issuerKind?: string;

  /**
   * Name of the Secret that cert-manager keeps up to date.
   *
   * @default - `<id of the ingress>-tls`
   */
  readonly secretName?: string;
}

/**
 * The certificate that an ingress shows to its clients.
 *
 * Wherever it comes from, its Secret (type `kubernetes.io/tls`) lies in the namespace of the **gateway pods**.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/
 */
export class TlsCertificate {
  /**
   * A Secret that is already there.
   *
   * Refused: `InvalidName`.
   *
   * @param secretName name of the Secret, in the namespace of the gateway pods
   */
  public static fromSecret(secretName: string): TlsCertificate {
    return new TlsCertificate(objectName(secretName, 'TlsCertificate.fromSecret'), undefined);
  }

  /**
   * A Certificate object for the hosts of the ingress; cert-manager obtains and renews it.
   *
   * Refused: `InvalidName`, `UnknownIssuerKind`.
   *
   * @param options which issuer, and which Secret it fills
   * @see https://cert-manager.io/docs/usage/certificate/
   */
  public static fromCertManager(options: CertManagerOptions): TlsCertificate {
    const { issuer, issuerKind = 'ClusterIssuer', secretName } = options;
    const where = 'TlsCertificate.fromCertManager';
    return new TlsCertificate(secretName === undefined ? undefined : objectName(secretName, where), {
      name: objectName(issuer, where),
      kind: knownIssuerKind(issuerKind, where),
    });
  }

  private constructor(
    private readonly secretName: string | undefined,
    /**
     * @internal
     */
    public readonly _issuer: CertificateIssuer | undefined,
  ) {}

  /**
   * @internal
   */
  public _secretName(ingress: string): string {
    return this.secretName ?? `${ingress}-tls`;
  }
}

/** An issuer of cert-manager. */
interface CertificateIssuer {
  readonly name: string;
  readonly kind: string;
}

const ISSUER_KINDS = ['ClusterIssuer', 'Issuer'];

function knownIssuerKind(kind: string, where: string): string {
  if (ISSUER_KINDS.includes(kind)) return kind;
  throw new MeshError({
    code: 'UnknownIssuerKind',
    where,
    what: `issuerKind is '${kind}'.`,
    why: `cert-manager has the kinds ${ISSUER_KINDS.join(' and ')}; a Certificate that names another one is never issued.${didYouMean(kind, ISSUER_KINDS)}`,
    fix: "issuerKind: 'ClusterIssuer'",
  });
}
