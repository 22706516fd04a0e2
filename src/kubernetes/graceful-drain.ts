import type { Duration } from 'cdk8s';
import { MeshError } from '../errors';

/**
 * The numbers by which a pod leaves without cutting calls. They agree by construction:
 * `preStop` <= proxy drain < termination grace period.
 */
export interface GracefulDrain {
  /** The app goes on serving while endpoints forget the pod. */
  readonly preStopSeconds: number;
  /** The proxy finishes what is under way. */
  readonly proxySeconds: number;
  /** Then Kubernetes ends whatever is left. */
  readonly graceSeconds: number;
}

const LONGEST_PRE_STOP = 10;
const MARGIN = 10;

/** The drain of a pod that may take `drain` to finish its calls. */
export function gracefulDrain(drain: Duration, where: string): GracefulDrain {
  const proxySeconds = drain.toSeconds({ integral: false });
  if (!Number.isInteger(proxySeconds) || proxySeconds < 1) {
    throw new MeshError({
      code: 'InvalidDuration',
      where,
      what: `drain is ${proxySeconds} s.`,
      why: 'Kubernetes and the proxy count the end of a pod in whole seconds, at least 1.',
      fix: 'drain: Duration.seconds(30)',
    });
  }
  return {
    preStopSeconds: Math.min(LONGEST_PRE_STOP, proxySeconds),
    proxySeconds,
    graceSeconds: proxySeconds + MARGIN,
  };
}
