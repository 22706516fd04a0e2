/**
 * An answer that sends a client of plain HTTP somewhere else.
 *
 * Refused by whoever takes it: `InvalidPath`, `InvalidHost`, `InvalidRedirect`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect
 */
export interface HttpRedirect {
  /**
   * Path that takes the place of the whole path.
   *
   * @default - the path that was asked for
   */
  readonly path?: string;

  /**
   * Host name.
   *
   * @default - the host that was asked for
   */
  readonly host?: string;

  /**
   * 301, 302, 303, 307 or 308.
   *
   * @default 307
   */
  readonly status?: number;
}
