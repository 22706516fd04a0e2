import type { Construct } from 'constructs';
import type { LogCondition } from '../values/access-log-filter';
import type { AddressBlock } from '../values/address-block';
import type { CallCondition } from '../values/call-condition';
import type { MethodPolicy } from '../values/call-policy';
import type { RolloutPlan } from '../values/canary-rollout';
import type { ClusterDns } from '../values/cluster-dns';
import type { EnvoyChange } from '../values/envoy-change';
import type { ExtensionProvider } from '../values/extension-provider';
import type { Origination } from '../values/external-tls';
import type { GrpcMethod } from '../values/grpc-method';
import type { HeaderOperations } from '../values/header-operations';
import type { HttpRedirect } from '../values/http-redirect';
import type { JwtIssuer } from '../values/jwt-issuer';
import type { MeshPort } from '../values/mesh-port';
import type { MetadataMatch } from '../values/metadata-match';
import type { OptOut } from '../values/opt-out';
import type { SpanTagSource } from '../values/span-tag';
import type { TrafficSettings } from '../values/traffic-policy';
import type { WasmModule } from '../values/wasm-module';

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
  /** Whether it brings calls from outside the mesh. */
  readonly isGateway?: boolean;
  /** Whether its pods have no proxy: none of their calls shows the identity. */
  readonly isOutside?: boolean;
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
  /** What must be true besides. */
  readonly when?: CallCondition[];
}

/** A decision about some calls of a service, beside the list of its callers. */
export interface Decision {
  readonly pods: Pods;
  /** `ask`: the provider of that name decides. */
  readonly action: { readonly deny: true } | { readonly audit: true } | { readonly ask: string };
  readonly operations: Operations[];
  /** Of these; none: of everybody. */
  readonly callers: Identity[];
  /** But not of these. */
  readonly except: Identity[];
  readonly when: CallCondition[];
}

/** A service that a client may reach. */
export interface Callee {
  readonly host: string;
  /** Who takes the calls; undefined: nobody in the cluster. */
  readonly pods?: Pods;
  readonly ports: MeshPort[];
  /** What has to be said of a host outside. */
  readonly outside?: Outside;
  /** Who makes its Service, if that is not there before. */
  readonly madeBy?: string;
}

/** Where a host outside is. */
export interface Outside {
  /** Namespace that says so. */
  readonly declaredIn: string;
  /** Where a caller itself may connect to: none, if it goes through pods. */
  readonly addresses: AddressBlock[];
}

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

/** A service of ours. */
export interface Service extends Routing {
  readonly name: string;
  readonly pods: Pods;
  readonly admissions: Admission[];
  readonly callees: Callee[];
  /** How callers treat its pods. */
  readonly traffic: TrafficSettings;
  readonly dns: ClusterDns;
  readonly optOuts: OptOut[];
}

/** A namespace in which nothing talks until something says so. */
export interface Namespace {
  readonly name: string;
  /** Whether somebody else owns the Namespace object. */
  readonly adopted: boolean;
  /** Its lists of callers refuse nothing, and say what they would. */
  readonly dryRun?: OptOut;
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

/** What holds for the whole mesh. */
export interface MeshWide {
  readonly trustDomain: string;
  readonly trustDomainAliases: string[];
  /** Whether edges take clients of TLS 1.2. */
  readonly allowsTls12: boolean;
  /** Whether pods without a Sidecar of their own reach hosts that the mesh does not know. */
  readonly allowsAnyOutbound: boolean;
  readonly pathNormalization: string;
  readonly providers: ExtensionProvider[];
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

/** Which objects monitoring has; known at its birth. */
export interface MonitoringShape {
  readonly name: string;
  readonly namespace: string;
  /** By which Prometheus finds the rules. */
  readonly ruleLabels: Record<string, string>;
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

/** A change of what proxies are configured with, past every API. */
export interface Patch {
  readonly name: string;
  readonly pods: Pods;
  readonly isGateway: boolean;
  readonly change: EnvoyChange;
  /** The minor release whose proxies are changed. */
  readonly version: string;
  readonly optOut: OptOut;
}

/** A module that proxies run. */
export interface Extension {
  readonly name: string;
  readonly pods: Pods;
  readonly isGateway: boolean;
  /** Whether the pods are in the namespace of the construct, whose walls are ours. */
  readonly isAtHome: boolean;
  readonly module: WasmModule;
  readonly phase: 'AUTHN' | 'AUTHZ' | 'STATS' | 'UNSPECIFIED_PHASE';
  readonly config?: Record<string, unknown>;
  readonly imagePullSecret?: string;
  readonly registry: AddressBlock[];
  readonly registryPort: number;
  /** Not empty: calls pass without it. */
  readonly optOuts: OptOut[];
}

/** What pods ask of their proxy. */
export interface ProxyWishes {
  readonly drainSeconds: number;
  /** Whether its metrics tell more than usual. */
  readonly watched: boolean;
}

/** A port that takes plaintext on purpose. */
export interface PortException {
  readonly containerPort: number;
  /** Whether it takes nothing else. */
  readonly withoutMutualTls: boolean;
  readonly optOut: OptOut;
}

/** What callers without an identity may do, and by which pods they are known. */
export interface PlaintextOpening {
  readonly pods: Pods;
  readonly operations: Operations[];
  /** No labels: every pod of the namespace. */
  readonly callers: Pods;
  readonly optOut: OptOut;
  /** Why the lists of callers of these pods refuse nothing, if they do not. */
  readonly dryRun?: OptOut;
}

/** Where an object lies, and what it is called there. */
export interface Named {
  readonly name: string;
  readonly namespace: string;
}

/** A host of an ingress behind which a service is. */
export interface Edge {
  readonly host: string;
  readonly ingress: () => Ingress;
}

/** A release that a controller in the cluster carries out, step by step. */
export interface Rollout {
  readonly name: string;
  readonly service: Service;
  /** Value of the label `version` of the new pods. */
  readonly version: string;
  readonly replicas: number;
  readonly plan: RolloutPlan;
  readonly edges: Edge[];
}

/** What every mesh must be able to render. Objects exist after the call; facts are read when they are rendered. */
export interface MeshBackEnd {
  /** The namespace and everything that holds for all of it. */
  namespace(scope: Construct, namespace: Namespace): void;
  /** A service: its address, its routes, its walls, and what it may reach. */
  service(scope: Construct, shape: ServiceShape, facts: () => Service): void;
  /** The listener of an ingress and the routes of its hosts; its pods as well, if they are its own. */
  ingress(scope: Construct, shape: IngressShape, facts: () => Ingress): void;
  /** A host outside, and how calls reach it. */
  external(scope: Construct, shape: ExternalShape, facts: () => External): void;
  /** The way out: pods, their walls and their listener. */
  egress(scope: Construct, shape: EgressShape, facts: () => Egress): void;
  /** Lets the pods of an egress have Secrets that lie beside them. */
  egressSecrets(scope: Construct, name: string): void;
  /** grpc-web translated at the gateway instead of at the server. */
  webTranslation(scope: Construct, translation: WebTranslation): void;
  /** What holds for the whole mesh, as far as it is objects. */
  meshWide(scope: Construct, allowsPlaintext: boolean, optOuts: OptOut[]): void;
  /** The rest of it: what an installation is told, by name of the program that is told. */
  installation(facts: MeshWide): { readonly helmValues: object; readonly installFile: object };
  /** What an installation is told of these providers alone. */
  providersOf(providers: ExtensionProvider[]): object;
  /** A decision beside the list of callers. */
  decision(scope: Construct, named: Named, decision: Decision): void;
  /** Which ports of a service take plaintext. */
  portMtls(scope: Construct, named: Named, pods: Pods, exceptions: () => PortException[]): void;
  /** What may be called in plaintext, and by whom. */
  plaintext(scope: Construct, named: Named, opening: PlaintextOpening): void;
  /** Tokens of end users: who reads them, and a policy that asks for one. `namespace`: where both lie. */
  tokens(scope: Construct, named: Named, facts: () => TokenGate): void;
  /** Alarms and a dashboard. */
  monitoring(scope: Construct, shape: MonitoringShape, facts: () => Monitoring): void;
  /** A release that a controller carries out. */
  rollout(scope: Construct, shape: RolloutShape, facts: () => Rollout): void;
  /** Traces, logs and labels of metrics. */
  telemetry(scope: Construct, telemetry: Telemetry): void;
  /** A module in proxies. */
  extension(scope: Construct, extension: Extension): void;
  /** A change past every API. */
  patch(scope: Construct, patch: Patch): void;
  /** What a pod tells its proxy. */
  podAnnotations(wishes: () => ProxyWishes): Record<string, string>;
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
  /** Its list of callers refuses nothing, and says what it would. */
  readonly dryRun?: OptOut;
  /** Its pods have no proxy. */
  readonly outsideMesh?: OptOut;
}

/** Which objects a release has; known at its birth. */
export interface RolloutShape {
  readonly name: string;
  readonly plan: RolloutPlan;
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

/** Which objects a host outside has; known at its birth. */
export interface ExternalShape {
  readonly name: string;
  /** Whether it is called by request, not by connection. */
  readonly hasRoutes: boolean;
  /** Whether a proxy begins TLS. */
  readonly originatesTls: boolean;
}

/** Which objects an egress has; known at its birth. */
export interface EgressShape {
  readonly name: string;
  readonly replicas: number;
}

/** A translation of grpc-web at these gateway pods, and why. */
export interface WebTranslation {
  readonly name: string;
  readonly gateway: Pods;
  readonly optOut: OptOut;
}
