import type { JsonObject } from './json';

/** Where an object was read: enough to find its lines again. */
export interface Origin {
  /** The file's name as it was given, or `-` for standard input. */
  readonly source: string;
  /** Which document of the source, counted from 0. */
  readonly document: number;
  /** Which item, where the document is a `List`. */
  readonly item?: number;
}

/**
 * One Kubernetes object as it was written: nothing defaulted but its namespace, nothing dropped.
 *
 * `Body` is what its kind says that it holds. It is true of every object that has passed `shape.ts`; of no other.
 */
export interface Manifest<Body = JsonObject> {
  /** `security.istio.io`; empty for the core group. */
  readonly group: string;
  /** `v1`. */
  readonly version: string;
  readonly kind: string;
  /** Empty for an object of the whole cluster, `default` for one that names none. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The path of the construct that made it, where the object says so. */
  readonly construct?: string;
  readonly origin: Origin;
  readonly body: Body;
}
