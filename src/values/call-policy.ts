import { Duration } from 'cdk8s';
import { MeshError } from '../errors';
import type { GrpcMethod } from './grpc-method';
import { milliseconds } from './milliseconds';
import type { OptOut } from './opt-out';
import { RetryPolicy } from './retry-policy';

/**
 * What a caller's proxy does with calls of one RPC, where the default does not fit.
 *
 * Refused by the service: `InvalidDuration`, `RetryOnStream`, `RetryNotIdempotent`, `PerTryTimeoutOnStream`,
 * `PerTryTimeoutTooLong`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute
 */
export interface CallPolicy {
  /**
   * How long a call may take, all tries together. A shorter `grpc-timeout` of the client wins.
   *
   * Whole milliseconds, at least 1. On a streaming RPC this ends the stream, however alive it is.
   *
   * @default - unary RPCs: the `deadline` of the service; streaming RPCs: none
   * @see https://grpc.io/docs/guides/deadlines/
   */
  readonly deadline?: Duration;

  /**
   * Which failed calls are tried again.
   *
   * @default - what the `idempotency_level` of the RPC allows
   */
  readonly retry?: RetryPolicy;
}

/** How long a unary call may take when nobody said otherwise. */
export const DEFAULT_DEADLINE = Duration.seconds(30);

/** An RPC and the policy in force for it, every default applied. */
export interface MethodPolicy {
  readonly method: GrpcMethod;
  /** undefined: no limit of the mesh. */
  readonly deadlineMillis?: number;
  readonly retry: RetryPolicy;
  /** Whether the user said something about this RPC. */
  readonly overridden: boolean;
}

/** The RPCs among these that may be executed twice although their `.proto` does not say so. */
export function repeatedExecutions(policies: MethodPolicy[]): OptOut[] {
  return policies.flatMap(({ method, retry: { _reason: reason } }) =>
    reason === undefined ? [] : [{ name: 'dangerously-repeat-executed' as const, reason: `${method.name}: ${reason}` }],
  );
}

/** The policy of one RPC: what the user said, checked against what the `.proto` says. */
export function methodPolicy(
  method: GrpcMethod,
  unaryDeadline: Duration,
  policy: CallPolicy,
  where: string,
): MethodPolicy {
  const deadline = policy.deadline ?? (method.isStreaming ? undefined : unaryDeadline);
  const deadlineMillis = deadline && milliseconds(deadline, `the deadline of ${method.name}`, where);
  const retry = policy.retry ?? defaultRetry(method);
  if (retry._repeatsExecuted && retry._reason === undefined) refuseRepetition(method, where);
  if (retry._perTryMillis !== undefined) checkPerTryTimeout(method, retry, deadlineMillis, where);
  const overridden = policy.deadline !== undefined || policy.retry !== undefined;
  return { method, deadlineMillis, retry, overridden };
}

function defaultRetry(method: GrpcMethod): RetryPolicy {
  return method.isIdempotent && !method.isStreaming ? RetryPolicy.idempotent() : RetryPolicy.unexecuted();
}

function refuseRepetition(method: GrpcMethod, where: string): void {
  if (method.isStreaming) {
    throw new MeshError({
      code: 'RetryOnStream',
      where,
      what: `${method.name} is a streaming RPC and its retry policy repeats calls that a server may have seen.`,
      why: 'The proxy would have to hold the messages of the stream, and the server would see the first ones twice.',
      fix: `${method.name}: { retry: RetryPolicy.unexecuted() }`,
    });
  }
  if (!method.isIdempotent) {
    throw new MeshError({
      code: 'RetryNotIdempotent',
      where,
      what: `the retry policy of ${method.name} repeats executed calls, but its .proto does not say that it may be executed twice.`,
      why: 'A call that was executed and whose answer was lost would be executed again.',
      fix: [
        `rpc ${method.name}(...) returns (...) { option idempotency_level = IDEMPOTENT; }`,
        `${method.name}: { retry: RetryPolicy.dangerouslyRepeatExecuted({ statuses: [RetryableStatus.UNAVAILABLE], reason: '...' }) }`,
      ].join('\n'),
    });
  }
}

function checkPerTryTimeout(method: GrpcMethod, retry: RetryPolicy, deadlineMillis: number | undefined, where: string) {
  if (method.isStreaming) {
    throw new MeshError({
      code: 'PerTryTimeoutOnStream',
      where,
      what: `${method.name} is a streaming RPC and has a perTryTimeout.`,
      why: 'It would end every stream that lives longer, and nothing is tried again once a stream has begun.',
      fix: `${method.name}: { retry: RetryPolicy.unexecuted() }`,
    });
  }
  const perTry = retry._perTryMillis ?? 0;
  const longest = Math.floor((deadlineMillis ?? Number.POSITIVE_INFINITY) / (retry.attempts + 1));
  if (perTry > longest) {
    throw new MeshError({
      code: 'PerTryTimeoutTooLong',
      where,
      what: `${method.name} has ${retry.attempts + 1} tries of ${perTry} ms, but a deadline of ${deadlineMillis} ms.`,
      why: 'The last try could never finish: the deadline ends the call first.',
      fix:
        longest >= 1
          ? `perTryTimeout: Duration.millis(${longest})`
          : `deadline: Duration.millis(${perTry * (retry.attempts + 1)})`,
    });
  }
}
