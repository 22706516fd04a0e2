import type { JsonObject } from '../../manifests/json';
import type { Labels } from '../../manifests/selectors';
import type { Workload } from '../../manifests/workload';

/** One HTTP request as its client makes it, and the proxy that it meets first. */
export interface RouteRequest {
  readonly via: Via;
  /**
   * Whom the client names: `order`, `order.shop:50051`, `api.example.com`. A port that is part of it changes nothing.
   */
  readonly host: string;
  /** The port that the client dials: of a Service, or of a server of a Gateway. */
  readonly port: number;
  /** With its query, if it has one; absent for a connection that is not HTTP. */
  readonly path?: string;
  /** @default - `POST`, as of every RPC */
  readonly method?: string;
  /** By lower-case name; several values of one name are joined by commas. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * What a gateway has read in the token; `none`, if it has validated none.
   *
   * @default - not known
   */
  readonly claims?: JsonObject | 'none';
  /**
   * How the client speaks to a gateway.
   *
   * @default - as the port wants it, and in TLS with `host` as the server name
   */
  readonly tls?: { readonly sni?: string } | 'none';
}

export type Via =
  /** From inside of a workload, through its own proxy; without one, from a client that sees everything. */
  | { readonly kind: 'sidecar'; readonly workload?: Workload; readonly namespace?: string }
  /** From outside, through these pods; by their labels, where they are not among the manifests. */
  | { readonly kind: 'gateway'; readonly gateway: Workload | Labels; readonly namespace?: string }
  /** From outside, through the pods that this Gateway selects. */
  | { readonly kind: 'gateway'; readonly object: { readonly namespace: string; readonly name: string } };
