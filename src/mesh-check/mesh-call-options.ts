/** What a call carries, which no manifest knows. */
export interface MeshCallOptions {
  /**
   * Its headers, gRPC's metadata, all of them: `{}` for a call that sends none of its own.
   *
   * @default - nothing is known of them: what a policy asks of one is unknown, and unknown is neither a yes nor a no;
   * a route that matches one takes it for absent
   */
  readonly headers?: Record<string, string>;
  /**
   * What its JWT says: `{ iss: 'https://issuer.example', sub: 'me', groups: ['admin'] }`. Its signature and times are
   * taken as right; a RequestAuthentication that does not know its issuer refuses the call, and without one nobody
   * reads it.
   *
   * @default - nothing is known of it: what depends on a claim is unknown, and unknown is neither a yes nor a no
   */
  readonly claims?: Record<string, unknown>;
  /**
   * The call has no JWT.
   *
   * @default - it may have one
   */
  readonly withoutToken?: boolean;
}
