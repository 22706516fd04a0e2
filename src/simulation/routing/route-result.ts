import type { Manifest } from '../../manifests/manifest';
import type { Service, ServicePort } from '../../manifests/service';
import type { TrafficPolicy } from '../../manifests/types';
import type { Workload } from '../../manifests/workload';
import type { Reason } from '../verdict';

/** `no-route`: the request ends at the proxy; `grpcStatus` says how. */
export type RouteOutcome = 'routed' | 'no-route' | 'redirect' | 'direct-response' | 'unknown';

/** Where a request goes, and what the proxy does to it on the way. */
export interface RouteResult {
  readonly outcome: RouteOutcome;
  readonly reasons: readonly Reason[];
  /** The rules above the one that decided; for `no-route` all of them. */
  readonly skipped: readonly SkippedRule[];
  /** For `unknown`, what would settle it. Otherwise facts that could change a detail, as EnvoyFilters. */
  readonly missing: readonly string[];
  /** The server of a Gateway that took the request. */
  readonly server?: { readonly gateway: Manifest<unknown>; readonly index: number };
  readonly virtualService?: Manifest<unknown>;
  readonly rule?: MatchedRule;
  readonly destinations: readonly Destination[];
  readonly mirrors: readonly Mirror[];
  /** How long the proxy waits for the end of the answer, in milliseconds: the client's own deadline counts. */
  readonly timeout: number | 'none';
  readonly retries: Retries;
  readonly fault?: Fault;
  readonly cors?: Cors;
  /** For a browser's preflight only. */
  readonly preflight?: Preflight;
  readonly headers?: HeaderOperations;
  readonly rewrite?: { readonly path?: string; readonly authority?: string };
  /** Of an answer that the proxy makes itself, as it is on the wire to a client that does not speak gRPC. */
  readonly httpStatus?: number;
  /** What a gRPC client sees, if the call certainly ends before it reaches a workload. */
  readonly grpcStatus?: number;
}

export interface SkippedRule {
  readonly object: Manifest<unknown>;
  /** As `['spec', 'http', 0, 'match', 1]`. */
  readonly path: readonly (string | number)[];
  /** Such as: `the path is '/a', not '/b'`. */
  readonly why: string;
}

/** A route of a VirtualService. With a delegate, `object` is the VirtualService in which it is written. */
export interface MatchedRule {
  readonly object: Manifest<unknown>;
  readonly path: readonly (string | number)[];
  readonly name?: string;
}

export interface Destination {
  /** Fully qualified. */
  readonly host: string;
  readonly service?: Service;
  readonly port?: ServicePort;
  readonly subset?: string;
  /** Of the sum of all weights here; 1 for a single one. */
  readonly weight: number;
  /** The pods of the service that the subset selects; empty too for what is not made of pods of this cluster. */
  readonly workloads: readonly Workload[];
  /** After merge, port and subset. */
  readonly trafficPolicy: TrafficPolicy;
  /** The rules in force: more than one if several for one host were merged. */
  readonly destinationRules: readonly Manifest<unknown>[];
  /** `auto`: mutual TLS to pods that have a proxy and accept it, plaintext to others. */
  readonly tlsMode: TlsMode;
  readonly upstreamProtocol: UpstreamProtocol;
  readonly headers?: HeaderOperations;
  /** Why nothing answers there, if that is certain: every such call is UNAVAILABLE. */
  readonly unavailable?: string;
}

export type TlsMode = 'auto' | 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';

/** `client`: as the client does. gRPC needs HTTP/2. */
export type UpstreamProtocol = 'http1' | 'http2' | 'client' | 'tcp';

export interface Mirror {
  readonly host: string;
  readonly port?: number;
  readonly subset?: string;
  /** Percent of the requests. */
  readonly percentage: number;
}

export interface Retries {
  /** Repetitions after the first try; 0 for none. */
  readonly attempts: number;
  readonly retryOn: readonly string[];
  /** In milliseconds. */
  readonly perTryTimeout?: number;
  /** In milliseconds. @default - Envoy's 25 */
  readonly backoff?: number;
  readonly ignorePreviousHosts: boolean;
  readonly remoteLocalities: boolean;
  /** `default`: nobody wrote it, Istio adds it; `none`: no proxy makes any. */
  readonly source: 'virtual-service' | 'mesh' | 'default' | 'none';
}

export interface Fault {
  readonly delay?: { readonly percentage: number; readonly duration: number };
  readonly abort?: { readonly percentage: number; readonly httpStatus?: number; readonly grpcStatus: number };
}

export interface Cors {
  readonly object: Manifest<unknown>;
  readonly path: readonly (string | number)[];
  /** Whether the request's `origin` is allowed; absent for a request without one. */
  readonly originAllowed?: boolean;
  /** What the proxy adds to the answer for the browser. */
  readonly responseHeaders: Readonly<Record<string, string>>;
}

export interface Preflight {
  readonly answeredBy: 'gateway' | 'sidecar' | 'upstream';
  /** Whether a browser goes on to make the request itself, as far as the proxy decides. */
  readonly allowed: boolean;
  readonly originAllowed: boolean;
  /** Of the proxy's answer. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface HeaderOperations {
  readonly request: HeaderChanges;
  readonly response: HeaderChanges;
}

export interface HeaderChanges {
  readonly set: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}
