import { MeshError } from '../errors';
import { type OptOut, type OptOutOptions, optOut } from './opt-out';
import { TokenSource } from './token-source';

/** How tokens of an issuer are read, and for whom they must be. */
export interface JwtIssuerOptions {
  /**
   * For whom tokens must have been issued: their `aud` has one of these. A token that another application got from the
   * same issuer is refused.
   *
   * @default - none; then `dangerouslyAnyAudience` says why
   */
  readonly audiences?: string[];

  /**
   * Where the keys of the issuer are, by `https`. istiod fetches them, so istiod must reach the address.
   *
   * @default - istiod asks the issuer itself, whose name then is an `https` address:
   *   `<issuer>/.well-known/openid-configuration`
   */
  readonly jwksUri?: string;

  /**
   * The public keys of the issuer themselves, a JSON Web Key Set, instead of their address.
   *
   * @default - istiod fetches them
   */
  readonly jwks?: string;

  /**
   * Where a request has its token.
   *
   * @default - [TokenSource.bearer()]: `authorization: Bearer <token>`
   */
  readonly tokenSources?: TokenSource[];

  /**
   * Whether the token goes on to the server, and from there, if the server passes it on, to the next one.
   *
   * @default false, the server gets no token, and nothing to lose
   */
  readonly forwardOriginalToken?: boolean;

  /**
   * Headers for the server, each with a claim: `{ 'x-user': 'sub' }`. What the client sends under these names is
   * removed.
   *
   * @default - none
   */
  readonly headersFromClaims?: { [header: string]: string };

  /**
   * Take tokens whatever audience they were issued for.
   *
   * @default - only tokens for `audiences`
   */
  readonly dangerouslyAnyAudience?: OptOutOptions;
}

/**
 * Who issues tokens of end users, and how they are read.
 *
 * @see https://istio.io/latest/docs/reference/config/security/jwt/
 */
export class JwtIssuer {
  /**
   * An issuer by its name, the claim `iss` of its tokens.
   *
   * A token without a subject (`sub`) does not count. Signature, `exp` and `nbf` are checked, with a minute of grace.
   *
   * Refused: `InvalidIssuer`, `NoAudiences`, `InvalidJwks`, `NoTokenSource`, `InvalidHeader`, `InvalidClaim`,
   * `NoReason`.
   *
   * @param issuer the claim `iss` of its tokens, letter by letter: `https://login.example.com`
   * @param options for whom the tokens are, and how they are read
   */
  public static of(issuer: string, options: JwtIssuerOptions = {}): JwtIssuer {
    return new JwtIssuer(issuerName(issuer), options);
  }

  /**
   * @internal
   */
  public readonly _audiences: string[];
  /**
   * @internal
   */
  public readonly _keys: { readonly jwksUri?: string; readonly jwks?: string };
  /**
   * @internal
   */
  public readonly _sources: TokenSource[];
  /**
   * @internal
   */
  public readonly _forwarded: boolean;
  /**
   * @internal
   */
  public readonly _headers: { readonly header: string; readonly claim: string }[];
  /**
   * @internal
   */
  public readonly _optOuts: OptOut[];

  private constructor(
    /** The claim `iss` of its tokens. */
    public readonly issuer: string,
    options: JwtIssuerOptions,
  ) {
    const where = `JwtIssuer.of('${issuer}')`;
    const { audiences = [], dangerouslyAnyAudience: any, tokenSources = [TokenSource.bearer()] } = options;
    this._optOuts = any ? [optOut('dangerously-any-audience', any.reason, where)] : [];
    this._audiences = audience(audiences, any !== undefined, where);
    this._keys = keys(issuer, options, where);
    this._sources = sources(tokenSources, where);
    this._forwarded = options.forwardOriginalToken ?? false;
    this._headers = Object.entries(options.headersFromClaims ?? {}).map(([header, claim]) => ({
      header: headerName(header, where),
      claim: copiedClaim(claim, where),
    }));
  }
}

// A * or blank would make the pattern of its principals mean others as well.
function issuerName(issuer: string): string {
  if (/^[^\s*]+$/.test(issuer)) return issuer;
  throw new MeshError({
    code: 'InvalidIssuer',
    where: 'JwtIssuer.of',
    what: `'${issuer}' is not the name of an issuer.`,
    why: 'It is compared letter by letter with the claim iss of each token, and policies name it: no blanks, no *.',
    fix: "JwtIssuer.of('https://login.example.com', { audiences: ['coffee'] })",
  });
}

function audience(audiences: string[], any: boolean, where: string): string[] {
  const given = audiences.length > 0 && audiences.every((name) => name.trim() !== '');
  if (given !== any) return [...audiences];
  throw new MeshError({
    code: 'NoAudiences',
    where,
    what: given ? 'it takes any audience, and names some.' : 'it names no audience.',
    why: 'Without one a token that the issuer gave to another application opens this one too.',
    fix: "audiences: ['coffee']",
  });
}

function keys(issuer: string, { jwks, jwksUri }: JwtIssuerOptions, where: string): JwtIssuer['_keys'] {
  if (jwks === undefined && jwksUri === undefined) {
    if (isHttps(issuer)) return {};
    throw undiscoverable(issuer, where);
  }
  if (jwks === undefined && isHttps(jwksUri)) return { jwksUri };
  if (jwksUri === undefined && isPublicKeySet(jwks)) return { jwks };
  throw new MeshError({
    code: 'InvalidJwks',
    where,
    what: jwks === undefined ? `'${jwksUri}' is no https address.` : 'jwks is not one set of public keys.',
    why: 'Whoever can change the keys on their way signs tokens for anybody; a private key would stand in the YAML; two places may disagree.',
    fix: "jwksUri: 'https://login.example.com/.well-known/jwks.json'",
  });
}

function undiscoverable(issuer: string, where: string): MeshError {
  return new MeshError({
    code: 'InvalidJwks',
    where,
    what: `'${issuer}' is no https address, and nothing else says where its keys are.`,
    why: 'istiod would ask the issuer itself: by http whoever is on the way signs tokens for anybody; at no address there are no keys.',
    fix: "jwksUri: 'https://login.example.com/.well-known/jwks.json'",
  });
}

function isHttps(uri: string | undefined): boolean {
  return uri !== undefined && URL.canParse(uri) && new URL(uri).protocol === 'https:';
}

function isPublicKeySet(text: string | undefined): boolean {
  try {
    const { keys: all } = JSON.parse(text ?? '') as { keys?: { kty?: unknown; d?: unknown; k?: unknown }[] };
    return (
      Array.isArray(all) && all.length > 0 && all.every(({ kty, d, k }) => kty && d === undefined && k === undefined)
    );
  } catch {
    return false;
  }
}

function sources(list: TokenSource[], where: string): TokenSource[] {
  if (list.length > 0) return [...list];
  throw new MeshError({
    code: 'NoTokenSource',
    where,
    what: 'the list of token sources is empty.',
    why: 'Nobody would look at any token, so none would ever be valid; or Istio looks where it likes.',
    fix: 'tokenSources: [TokenSource.bearer()]',
  });
}

function headerName(header: string, where: string): string {
  if (/^[a-z0-9][a-z0-9_-]*$/.test(header)) return header;
  throw new MeshError({
    code: 'InvalidHeader',
    where,
    what: `'${header}' is not a header that can hold a claim.`,
    why: 'Istio takes letters, digits, dashes and underscores; metadata keys of gRPC are lower-case.',
    fix: "headersFromClaims: { 'x-user': 'sub' }",
  });
}

// Envoy copies claims of the first level only.
function copiedClaim(claim: string, where: string): string {
  return claim.includes('[') ? claimName('', where) : claimName(claim, where);
}

/** Returns `claim` if it names a claim of a token (`roles`, `realm_access[roles]`), refuses it otherwise. */
export function claimName(claim: string, where: string): string {
  if (/^[^\s[\]]+(\[[^\s[\]]+\])*$/.test(claim)) return claim;
  throw new MeshError({
    code: 'InvalidClaim',
    where,
    what: `'${claim}' is not a claim.`,
    why: 'A claim has a name without blanks; one within another is written with brackets.',
    fix: "'realm_access[roles]'",
  });
}
