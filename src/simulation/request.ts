import type { JsonObject } from '../manifests/json';

/** What a validated token says. `invalid`: there is one, and it does not validate. */
export type Token = { readonly claims: JsonObject } | 'invalid';

/** Where a client shows its token: in a header, by lower-case name, or in a parameter of the query. */
export type TokenPlace = { readonly header: string; readonly prefix?: string } | { readonly param: string };

/**
 * What arrives at the proxy of a workload: everything that a policy can ask about.
 *
 * A field that is absent is known to be absent, as a header that nobody sent; a field that is `undefined` by type and
 * cannot be known from files, as an address, is `unknown` to a policy that asks for it.
 */
export interface Request {
  /** The identity in the client's certificate, `cluster.local/ns/x/sa/y`; empty on a connection without mutual TLS. */
  readonly principal: string;
  /** The container port. */
  readonly port: number;
  /** What the proxy reads the port as: only `http` knows of paths. */
  readonly protocol: 'http' | 'tcp';
  /** `/package.Service/Method`; absent on TCP. */
  readonly path?: string;
  /** `POST`, for every RPC. */
  readonly method?: string;
  /** With its port where the client writes one. */
  readonly authority?: string;
  /** By lower-case name; several values of one name are joined by commas. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where nobody says which other headers it has: it may have any but these, by lower-case name. */
  readonly anyHeaderBut?: readonly string[];
  /** `unknown` for a client that may have one, and shows it if it has. */
  readonly token?: Token | 'unknown';
  /** Absent: where the rules look for it. */
  readonly tokenAt?: TokenPlace;
  /** What a proxy learnt from a token that it validated: only `RequestAuthentications` writes it. */
  readonly claims?: JsonObject | 'unknown';
  /** What it was before its token was read, if that has changed it: only `RequestAuthentications` writes it. */
  readonly before?: Request;
  /** The peer of the TCP connection; not known from files. */
  readonly sourceIp?: string;
  /** The client as trusted headers tell it; not known from files. */
  readonly remoteIp?: string;
  readonly destinationIp?: string;
  readonly sni?: string;
}
