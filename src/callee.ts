import { Construct } from 'constructs';
import type { Reached } from './mesh/callees';
import type { Caller, Callee as Facts, Operations } from './mesh/parties';
import type { Asked } from './operations';
import type { MaybeOutside } from './outside-mesh';
import type { CallCondition } from './values/call-condition';

/** What a call is: what the caller has to know, and where its calls are led besides. */
export interface Reach {
  readonly key: string;
  readonly callee: Omit<Facts, 'ports'>;
  readonly operations: Operations[];
  readonly beyond: () => Reached[];
}

/** Whatever a service can call: another service, or a host outside the mesh. */
export abstract class Callee extends Construct {
  /** Host name that callers use. */
  public abstract readonly host: string;

  /**
   * The operations that these words name, or the reason why they name none.
   *
   * @internal
   */
  public abstract _operations(names: string[] | undefined, port: string | undefined, asked: Asked): Operations[];

  /**
   * Lets a caller do this, as far as it is decided here.
   *
   * @internal
   */
  public abstract _admit(
    caller: Caller | undefined,
    operations: Operations[],
    where: string,
    when: CallCondition[],
  ): void;

  /**
   * Refuses conditions that no call of these operations could meet.
   *
   * @internal
   */
  public abstract _meetable(operations: Operations[], when: CallCondition[], where: string): void;

  /**
   * Refuses callers whose pods have no proxy, now or at synth, where they would not get in.
   *
   * @internal
   */
  public abstract _reachableBy(caller: MaybeOutside, operations: Operations[], where: string): void;

  /**
   * What a caller has to know to come here.
   *
   * @internal
   */
  public abstract _reach(caller: Caller, operations: Operations[]): Reach;

  /**
   * Whether somebody else owns its objects.
   *
   * @internal
   */
  public abstract get _isPeer(): boolean;
}
