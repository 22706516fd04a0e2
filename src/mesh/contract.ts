import type { Construct } from 'constructs';
import type { RolloutPlan } from '../values/canary-rollout';
import type { ExtensionProvider } from '../values/extension-provider';
import type { OptOut } from '../values/opt-out';
import type { Egress, External, Ingress, TokenGate } from './edge';
import type { Extension, Patch } from './extensions';
import type { Decision, PlaintextOpening, Pods, PortException } from './parties';
import type { Namespace, Rollout, Service } from './service';
import type { Monitoring, ProxyWishes, Telemetry } from './telemetry';

// Intent as plain facts. Constructs keep them, a mesh turns them into objects; nothing else passes between the two.
// This file is reached by the declarations of index.ts: no manifest types here.

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

/** Which objects monitoring has; known at its birth. */
export interface MonitoringShape {
  readonly name: string;
  readonly namespace: string;
  /** By which Prometheus finds the rules. */
  readonly ruleLabels: Record<string, string>;
}

/** Where an object lies, and what it is called there. */
export interface Named {
  readonly name: string;
  readonly namespace: string;
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
