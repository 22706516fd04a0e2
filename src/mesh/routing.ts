import type { MethodPolicy } from '../values/call-policy';
import type { HeaderOperations } from '../values/header-operations';
import type { HttpRedirect } from '../values/http-redirect';
import type { MeshPort } from '../values/mesh-port';
import type { MetadataMatch } from '../values/metadata-match';
import type { OptOut } from '../values/opt-out';
import type { Pods } from './parties';

// Which way calls of a service go. Plain facts of the contract: no manifest types here.

/** A second version of a service beside the stable one. */
export interface Canary {
  readonly labels: Record<string, string>;
  /** Percent of the calls, 0 to 100. */
  readonly weight: number;
  /** A header that sends a call to the canary, whatever the weight. */
  readonly pin?: HeaderPin;
}

/** Calls of one port whose weights a controller keeps where it alone writes. */
export interface Shifted {
  readonly port: MeshPort;
  readonly name: string;
  readonly namespace: string;
}

/** A header that sends a call to the canary. */
export interface HeaderPin {
  readonly header: string;
  readonly value: string;
  readonly atIngress: boolean;
}

/** Which calls: all that is said here holds of them. */
export interface RequestCondition {
  readonly metadata: { readonly [key: string]: MetadataMatch };
  readonly caller?: Pods;
}

/** Some calls of a service, with which something else happens than with the rest. */
export interface SpecialCalls {
  /** The construct that says so, by name. */
  readonly name: string;
  readonly port: MeshPort;
  /** undefined: everything on this port. A trailing slash means everything below. */
  readonly paths?: string[];
  /** One of these holds; none: every call. */
  readonly conditions: RequestCondition[];
  /** Whether calls from outside are meant as well. */
  readonly atIngress: boolean;
}

/** Another service that calls are led to. */
export interface AimedService {
  readonly host: string;
  readonly pods: Pods;
  readonly port: MeshPort;
  readonly routing: () => Routing;
}

/** Where calls are led. */
export interface Aim {
  /** One version; undefined: the share of each. */
  readonly version?: 'stable' | 'canary';
  /** Another service; undefined: the one that was called. */
  readonly service?: AimedService;
  readonly requestHeaders?: HeaderOperations;
  readonly responseHeaders?: HeaderOperations;
}

/** Calls that are led elsewhere, or changed on their way. */
export interface Detour extends SpecialCalls {
  readonly to: Aim;
  readonly requestHeaders?: HeaderOperations;
  readonly responseHeaders?: HeaderOperations;
  /** What takes the place of the path. */
  readonly rewrite?: string;
  readonly redirect?: HttpRedirect;
}

/** Calls that are hurt on purpose. */
export interface Fault extends SpecialCalls {
  readonly abort?: { readonly status: string; readonly percentage: number };
  readonly delay?: { readonly millis: number; readonly percentage: number };
  readonly optOut: OptOut;
}

/** Calls of which a copy goes elsewhere. */
export interface Mirror extends SpecialCalls {
  readonly to: Aim;
  readonly percentage: number;
  readonly optOut?: OptOut;
}

/** How calls to a service are carried, from inside and through an ingress alike. */
export interface Routing {
  readonly host: string;
  readonly ports: MeshPort[];
  /** The port of the RPCs. */
  readonly grpcPort?: MeshPort;
  readonly methods: MethodPolicy[];
  /** Labels of the stable pods; undefined for pods that somebody else deploys. */
  readonly stable?: Record<string, string>;
  readonly canary?: Canary;
  /** Calls whose weights somebody else keeps, in a VirtualService of that name. */
  readonly shifted?: Shifted;
  /** In the order in which they are asked, before the routes of the service. */
  readonly detours: Detour[];
  readonly faults: Fault[];
  readonly mirrors: Mirror[];
  /** Whether browsers reach it: the gRPC port then also takes grpc-web. */
  readonly web: boolean;
}
