import { Admissions } from './mesh/admissions';
import { Callees, type Reached } from './mesh/callees';
import type { Edge } from './mesh/edge';
import type { Admission, Caller, Operations, PortException } from './mesh/parties';
import type { Canary, Detour, Fault, Mirror, Shifted } from './mesh/routing';
import type { OptOut } from './values/opt-out';

/** Callers of another service, whose calls are led to this one. */
export interface Visitors {
  readonly admissions: Admission[];
  readonly optOuts: OptOut[];
}

/** Something that is asked of calls of a service beside who makes them. */
export interface Guard {
  readonly kind: 'tokens' | 'claims' | 'denials' | 'authorization';
  /** Which construct asks. */
  readonly by: string;
  /** Of which calls; undefined: of all but a few. */
  readonly operations?: Operations[];
}

/**
 * What has been said about one service, by its own verbs and by constructs that are about it. It only grows; a mesh
 * reads it when it renders.
 */
export class ServiceIntents {
  /** Who may do what on it. */
  public readonly admissions = new Admissions();
  /** What it may reach. */
  public readonly callees = new Callees();
  /** Doors that somebody opened on purpose. */
  public readonly optOuts: OptOut[] = [];
  /** A second version beside it, and which construct made that. */
  public canary?: Canary & { readonly by: string };
  /** Calls whose weights somebody else keeps, and which construct said so. */
  public shifted?: Shifted & { readonly by: string };
  /** The construct that lets a controller in the cluster carry out its release. */
  public releasedBy?: string;
  /** Calls that are led elsewhere, in the order in which they are asked. */
  public readonly detours: Detour[] = [];
  /** Calls that are hurt on purpose, each with the construct that does so. */
  public readonly faults: (Fault & { readonly by: string })[] = [];
  /** Calls of which a copy goes elsewhere, each with the construct that does so. */
  public readonly mirrors: (Mirror & { readonly by: string })[] = [];
  /** Who comes with calls that were for other services, and the doors by which. */
  public readonly visitors: (() => Visitors)[] = [];
  /** Where calls are led instead, by whom each is made. */
  public readonly beyond: ((caller: Caller) => Reached[])[] = [];
  /** Ports that take plaintext on purpose. */
  public readonly plaintext: (PortException & { readonly by: string })[] = [];
  /** What is asked of its calls beside who makes them. */
  public readonly guards: Guard[] = [];
  /** Whether its own proxies read tokens of end users. */
  public readsTokens = false;
  /** Which construct watches it. */
  public watchedBy?: string;
  /** Which construct says what its proxies tell. */
  public toldBy?: string;
  /** Whether metrics of its proxies tell its RPCs apart. */
  public labelsRpcs = false;
  /** Hosts of ingresses behind which it is. */
  public readonly edges = new Map<string, Edge>();
  /** Whether browsers reach it: the gRPC port then also takes grpc-web. */
  public web = false;
  /** Whether they come with calls that were for other services. */
  public readonly webVisitors: (() => boolean)[] = [];
}
