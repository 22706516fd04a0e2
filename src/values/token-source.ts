import { MeshError } from '../errors';

/**
 * Where a request has its token.
 *
 * @see https://istio.io/latest/docs/reference/config/security/jwt/#JWTHeader
 */
export class TokenSource {
  /** `authorization: Bearer <token>`, in HTTP and in the metadata of gRPC. */
  public static bearer(): TokenSource {
    return new TokenSource({ header: { name: 'authorization', prefix: 'Bearer ' } });
  }

  /**
   * Another header or metadata key.
   *
   * Refused: `InvalidHeader`.
   *
   * @param name the key, in lower case
   * @param prefix what stands before the token, blank included. Left out: nothing
   */
  public static header(name: string, prefix?: string): TokenSource {
    if (!/^[a-z0-9][a-z0-9_.-]*$/.test(name)) throw invalid('header', name, "TokenSource.header('x-token')");
    return new TokenSource({ header: { name, ...(prefix && { prefix }) } });
  }

  /**
   * A parameter of the query. URLs stand in logs and histories, and with them the tokens.
   *
   * Refused: `InvalidParameter`.
   *
   * @param name the parameter
   */
  public static queryParameter(name: string): TokenSource {
    if (!/^[\w.~-]+$/.test(name)) throw invalid('parameter', name, "TokenSource.queryParameter('access_token')");
    return new TokenSource({ parameter: name });
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _place: TokenPlace,
  ) {}
}

/** One of the two. */
interface TokenPlace {
  readonly header?: { readonly name: string; readonly prefix?: string };
  readonly parameter?: string;
}

function invalid(kind: 'header' | 'parameter', name: string, fix: string): MeshError {
  return new MeshError({
    code: kind === 'header' ? 'InvalidHeader' : 'InvalidParameter',
    where: `TokenSource.${kind === 'header' ? 'header' : 'queryParameter'}`,
    what: `'${name}' is not the name of a ${kind}.`,
    why: 'No request could have its token there, so every one would count as having none.',
    fix,
  });
}
