/**
 * The status that a gRPC client sees where Envoy answers in place of the server: it turns its own HTTP status into one.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
 */
export function grpcStatusOf(httpStatus: number): number {
  switch (httpStatus) {
    case 400:
      return 13;
    case 401:
      return UNAUTHENTICATED;
    case 403:
      return PERMISSION_DENIED;
    case 404:
      return UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return UNAVAILABLE;
    default:
      return 2;
  }
}

export const PERMISSION_DENIED = 7;
export const UNIMPLEMENTED = 12;
export const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** `UNAVAILABLE`, as an abort of a VirtualService names it; what Istio does not know is 0. */
export function grpcStatusNamed(name: string): number {
  return GRPC_STATUSES.includes(name) ? GRPC_STATUSES.indexOf(name) : 0;
}

/** By their numbers. @see https://grpc.io/docs/guides/status-codes/ */
export const GRPC_STATUSES: readonly string[] = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
