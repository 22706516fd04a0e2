import { GRPC_STATUSES } from '../simulation/routing/grpc-status';

/** `PERMISSION_DENIED (7)`: a status as gRPC libraries of all languages name it. */
export function grpcStatusName(status: number): string {
  return `${GRPC_STATUSES[status] ?? 'UNKNOWN'} (${status})`;
}

/** The number of `PERMISSION_DENIED`, or of `7`. */
export function grpcStatusNamed(word: string): number | undefined {
  const status = /^\d+$/.test(word) ? Number(word) : GRPC_STATUSES.indexOf(word.toUpperCase());
  return GRPC_STATUSES[status] === undefined ? undefined : status;
}
