/** `PERMISSION_DENIED (7)`: a status as gRPC libraries of all languages name it. */
export function grpcStatusName(status: number): string {
  return `${NAMES[status] ?? 'UNKNOWN'} (${status})`;
}

/** The number of `PERMISSION_DENIED`, or of `7`. */
export function grpcStatusNamed(word: string): number | undefined {
  const status = /^\d+$/.test(word) ? Number(word) : NAMES.indexOf(word.toUpperCase());
  return NAMES[status] === undefined ? undefined : status;
}

/** @see https://grpc.io/docs/guides/status-codes/ */
const NAMES: readonly string[] = [
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
