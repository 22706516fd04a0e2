import { Admissions } from './mesh/admissions';
import { Callees } from './mesh/callees';
import type { Canary } from './mesh/contract';
import type { OptOut } from './values/opt-out';

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
  /** Whether browsers reach it: the gRPC port then also takes grpc-web. */
  public web = false;
}
