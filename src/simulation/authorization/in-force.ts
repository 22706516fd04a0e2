import type { Manifest } from '../../manifests/manifest';
import type { Action, CompiledPolicy } from './compiled-policy';

/** What decides at one proxy. */
export interface InForce {
  readonly custom: readonly CompiledPolicy[];
  readonly deny: readonly CompiledPolicy[];
  readonly allow: readonly CompiledPolicy[];
  /** They decide nothing. */
  readonly audit: readonly CompiledPolicy[];
  /** They decide nothing: `istio.io/dry-run`. */
  readonly dryRun: readonly CompiledPolicy[];
  readonly doubtful: readonly Doubtful[];
}

/** An object of which nobody can say from files what it does at a proxy, or whether it is there at all. */
export interface Doubtful {
  readonly manifest: Manifest<unknown>;
  /** `undefined` where it may be any. */
  readonly action: Action | undefined;
  /** What must be known, as a noun phrase. */
  readonly missing: string;
  /** Why, as a sentence. */
  readonly text: string;
}

/** If all policies of one action are only dry runs, that action is not enforced at all. */
export function inForce(policies: readonly CompiledPolicy[], doubtful: readonly Doubtful[]): InForce {
  const enforced = policies.filter(({ dryRun }) => !dryRun);
  const acting = (wanted: Action) => enforced.filter(({ action }) => action === wanted);
  return {
    custom: acting('CUSTOM'),
    deny: acting('DENY'),
    allow: acting('ALLOW'),
    audit: acting('AUDIT'),
    dryRun: policies.filter(({ dryRun }) => dryRun),
    doubtful,
  };
}
