import type { AddressBlock } from '../values/address-block';
import type { EnvoyChange } from '../values/envoy-change';
import type { OptOut } from '../values/opt-out';
import type { WasmModule } from '../values/wasm-module';
import type { Pods } from './parties';

// What is added to proxies that no other fact says. Plain facts of the contract: no manifest types here.

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
