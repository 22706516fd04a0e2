import type { AddressBlock } from '../values/address-block';
import type { CallCondition } from '../values/call-condition';
import type { MeshPort } from '../values/mesh-port';
import type { OptOut } from '../values/opt-out';

// Who calls, who is called, and what is granted. Plain facts of the contract: no manifest types here.

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
