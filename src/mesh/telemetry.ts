import type { LogCondition } from '../values/access-log-filter';
import type { GrpcMethod } from '../values/grpc-method';
import type { MeshPort } from '../values/mesh-port';
import type { SpanTagSource } from '../values/span-tag';
import type { Pods } from './parties';

// What is told of calls, and to whom. Plain facts of the contract: no manifest types here.

/** A service whose calls are watched. */
export interface Watched {
  readonly name: string;
  readonly host: string;
  readonly pods: Pods;
  /** undefined: it serves no RPCs, and only its calls to others are watched. */
  readonly grpcPort?: MeshPort;
  readonly methods: GrpcMethod[];
  /** Whether metrics of its proxies tell RPCs apart. */
  readonly labelsRpcs: boolean;
  /** Whether some callers may come without mutual TLS. */
  readonly takesPlaintext: boolean;
}

/** What is too much, too slow or too late. */
export interface AlarmLimits {
  readonly errorPercentage: number;
  readonly latencyMillis: number;
  readonly certificateSeconds: number;
  readonly rootSeconds: number;
  /** How long it must last. */
  readonly pendingSeconds: number;
}

/** Services that are watched, and by whom. */
export interface Monitoring {
  readonly name: string;
  readonly namespace: string;
  readonly services: Watched[];
  readonly scraper: Pods;
  readonly limits: AlarmLimits;
}

/** What proxies of a service tell of its calls. */
export interface Telemetry {
  readonly name: string;
  readonly pods: Pods;
  readonly tracing?: {
    readonly provider: string;
    readonly percentage: number;
    readonly tags: Record<string, SpanTagSource>;
  };
  /** `provider` undefined: their own output. Without conditions: every call. */
  readonly accessLog?: { readonly provider?: string; readonly conditions: LogCondition[] };
  /** Paths that metrics of the service tell apart; all others are one. */
  readonly rpcs: string[];
}

/** What pods ask of their proxy. */
export interface ProxyWishes {
  readonly drainSeconds: number;
  /** Whether its metrics tell more than usual. */
  readonly watched: boolean;
}
