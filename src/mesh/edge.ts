import type { AddressBlock } from '../values/address-block';
import type { Origination } from '../values/external-tls';
import type { GrpcMethod } from '../values/grpc-method';
import type { JwtIssuer } from '../values/jwt-issuer';
import type { MeshPort } from '../values/mesh-port';
import type { OptOut } from '../values/opt-out';
import type { TrafficSettings } from '../values/traffic-policy';
import type { Admission, Caller, Pods } from './parties';
import type { Routing } from './routing';

// Ways in from outside, and ways out. Plain facts of the contract: no manifest types here.

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

/** Operations that want a token of an end user, or one that says something. */
export interface TokenGuard {
  /** Host name that clients use; undefined: whichever. */
  readonly host?: string;
  /** Port of the container; undefined: whatever arrives for the host. */
  readonly containerPort?: number;
  /** A trailing slash means everything below. */
  readonly path: string;
  /** What of that wants no token. */
  readonly except: string[];
  /** Whether browsers ask before they call, which they do without a token. */
  readonly preflights: boolean;
  /** What the token must say; undefined: that it is one of the issuers'. */
  readonly claim?: { readonly name: string; readonly values: string[] };
}

/** Whose tokens are read at some pods, and what wants one. */
export interface TokenGate {
  readonly pods: Pods;
  readonly issuers: JwtIssuer[];
  /** Whether somebody else may have tokens read at these pods, which then count for all who share them. */
  readonly isShared: boolean;
  /** Server names of the TLS listener that is guarded; undefined: none of its own. */
  readonly serverNames?: string[];
  readonly guards: TokenGuard[];
  readonly optOuts: OptOut[];
}

/** A host outside the mesh, and who may ask it for what. */
export interface External extends Pick<Routing, 'host' | 'ports' | 'methods' | 'grpcPort'> {
  readonly name: string;
  readonly namespace: string;
  /** Where connections go, whatever DNS says; none: where DNS says. */
  readonly endpoints: string[];
  /** TLS that the last proxy on the way begins; undefined: none. */
  readonly tls?: Origination;
  /** Whether the callers themselves speak TLS. */
  readonly encryptedByCallers: boolean;
  readonly admissions: Admission[];
  readonly traffic: TrafficSettings;
  /** undefined: calls leave from the pods of the callers. */
  readonly through?: EgressDoor;
  readonly optOuts: OptOut[];
}

/** A gateway on the way out. */
export interface EgressDoor {
  /** Host name of the gateway inside the cluster. */
  readonly host: string;
  readonly port: MeshPort;
  /** Where the Gateway object lies, and what it is called there. */
  readonly gatewayNamespace: string;
  readonly gatewayName: string;
  /** What calls to this host are called on their way to the gateway. */
  readonly subset: string;
}

/** The way out of the cluster for chosen hosts. */
export interface Egress {
  readonly name: string;
  readonly host: string;
  readonly port: MeshPort;
  /** Gateway pods and their identity. */
  readonly gateway: Caller;
  readonly externals: External[];
  /** Where its pods may connect to, host by host. */
  readonly exits: { readonly addresses: AddressBlock[]; readonly ports: MeshPort[] }[];
  /** How callers treat its pods. */
  readonly traffic: TrafficSettings;
}

/** A host of an ingress behind which a service is. */
export interface Edge {
  readonly host: string;
  readonly ingress: () => Ingress;
}
