import type { Construct } from 'constructs';
import type { MethodPolicy } from '../values/call-policy';
import type { ClusterDns } from '../values/cluster-dns';
import type { GrpcMethod } from '../values/grpc-method';
import type { MeshPort } from '../values/mesh-port';
import type { OptOut } from '../values/opt-out';

// Intent as plain facts. Constructs keep them, a mesh turns them into objects; nothing else passes between the two.
// This file is reached by the declarations of index.ts: no manifest types here.

/** Pods, for whoever decides by address and label. */
export interface Pods {
  readonly namespace: string;
  readonly labels: Record<string, string>;
}

/** Who calls, proven by its certificate. */
export interface Identity {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** undefined: the trust domain of the mesh that is asked. */
  readonly trustDomain?: string;
}

/** A workload as a caller. */
export interface Caller {
  readonly identity: Identity;
  readonly pods: Pods;
}

/** Operations on one port: RPC paths, HTTP paths (a trailing slash means everything below), or all. */
export interface Operations {
  readonly port: MeshPort;
  /** undefined: everything on this port. */
  readonly paths?: string[];
}

/** What one caller may do; `caller` undefined: everybody who has an identity. */
export interface Admission {
  readonly caller?: Caller;
  readonly operations: Operations[];
}

/** A service that a client may reach. */
export interface Callee {
  readonly host: string;
  readonly pods: Pods;
  readonly ports: MeshPort[];
}

/** A second version of a service beside the stable one. */
export interface Canary {
  readonly labels: Record<string, string>;
  /** Percent of the calls, 0 to 100. */
  readonly weight: number;
  /** A header that sends a call to the canary, whatever the weight. */
  readonly pin?: HeaderPin;
}

/** A header that sends a call to the canary. */
export interface HeaderPin {
  readonly header: string;
  readonly value: string;
  readonly atIngress: boolean;
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
  /** Whether browsers reach it: the gRPC port then also takes grpc-web. */
  readonly web: boolean;
}

/** A service of ours. */
export interface Service extends Routing {
  readonly name: string;
  readonly pods: Pods;
  readonly admissions: Admission[];
  readonly callees: Callee[];
  readonly dns: ClusterDns;
  readonly optOuts: OptOut[];
}

/** A namespace in which nothing talks until something says so. */
export interface Namespace {
  readonly name: string;
  /** Whether somebody else owns the Namespace object. */
  readonly adopted: boolean;
  readonly dns: ClusterDns;
}

/** What browsers of these origins may do with a route. */
export interface Cors {
  readonly origins: string[];
  readonly allowHeaders: string[];
  readonly exposeHeaders: string[];
  readonly maxAgeSeconds: number;
  readonly allowCredentials: boolean;
}

/** One path of one host, open to the outside. */
export interface Exposure {
  readonly host: string;
  /** A trailing slash means everything below. */
  readonly path: string;
  /** Host name of the service inside the cluster. */
  readonly service: string;
  readonly port: MeshPort;
  /** undefined: plain HTTP. */
  readonly method?: GrpcMethod;
  readonly routing: () => Routing;
  readonly pods: Pods;
  readonly cors?: Cors;
}

/** How an ingress meets its clients. */
export interface EdgeTls {
  readonly secretName: string;
  readonly issuer?: { readonly name: string; readonly kind: string };
  readonly clientCertificates: boolean;
}

/** The way in from outside the mesh. */
export interface Ingress {
  readonly name: string;
  readonly namespace: string;
  /** Where the Gateway object lies, and what it is called there. */
  readonly gatewayNamespace: string;
  readonly gatewayName: string;
  readonly hosts: string[];
  /** undefined: plaintext, by opt-out. */
  readonly tls?: EdgeTls;
  /** Gateway pods and their identity. */
  readonly gateway: Caller;
  readonly exposures: Exposure[];
  readonly optOuts: OptOut[];
}

/** What every mesh must be able to render. Objects exist after the call; facts are read when they are rendered. */
export interface MeshBackEnd {
  /** The namespace and everything that holds for all of it. */
  namespace(scope: Construct, namespace: Namespace): void;
  /** A service: its address, its routes, its walls, and what it may reach. */
  service(scope: Construct, shape: ServiceShape, facts: () => Service): void;
  /** The listener of an ingress and the routes of its hosts; its pods as well, if they are its own. */
  ingress(scope: Construct, shape: IngressShape, facts: () => Ingress): void;
  /** grpc-web translated at the gateway instead of at the server. */
  webTranslation(scope: Construct, translation: WebTranslation): void;
  /** What a pod tells its proxy. */
  podAnnotations(drainSeconds: number): Record<string, string>;
  /** Labels by which pods of an own gateway are found. */
  gatewayLabels(name: string): Record<string, string>;
  /** Namespace whose policies hold for the whole mesh. */
  readonly rootNamespace: string;
  /** Ports of the pod that the proxy has for itself. */
  readonly reservedPorts: number[];
  /** User and group of the proxy: whoever runs as it is not redirected to it. */
  readonly proxyUser: number;
  /** The label, or annotation, that says whether a pod has a proxy; of its values only `true` says yes. */
  readonly proxyLabel: string;
}

/** Which objects a service has; known at its birth. */
export interface ServiceShape {
  readonly name: string;
  /** Whether it can be called at all. */
  readonly hasPorts: boolean;
  /** Whether it is called by request, not by connection. */
  readonly hasRoutes: boolean;
}

/** Which objects an ingress has; known at its birth. */
export interface IngressShape {
  readonly name: string;
  readonly gatewayNamespace: string;
  readonly gatewayName: string;
  readonly hosts: string[];
  /** The Certificate, if cert-manager shall make one. */
  readonly certificate?: { readonly name: string; readonly namespace: string };
  /** Number of its own gateway pods, if it has any. */
  readonly ownReplicas?: number;
}

/** A translation of grpc-web at these gateway pods, and why. */
export interface WebTranslation {
  readonly name: string;
  readonly gateway: Pods;
  readonly optOut: OptOut;
}
