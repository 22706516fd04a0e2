import type { RolloutPlan } from '../values/canary-rollout';
import type { ClusterDns } from '../values/cluster-dns';
import type { OptOut } from '../values/opt-out';
import type { TrafficSettings } from '../values/traffic-policy';
import type { Edge } from './edge';
import type { Admission, Callee, Pods } from './parties';
import type { Routing } from './routing';

// A service and its namespace, with all that was said about them. Plain facts of the contract: no manifest types here.

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
