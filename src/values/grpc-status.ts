/**
 * The statuses of gRPC that say that a call failed.
 *
 * @see https://grpc.io/docs/guides/status-codes/
 */
export enum GrpcStatus {
  /** The call was called off (1). */
  CANCELLED = 'CANCELLED',
  /** An error that nobody described (2). */
  UNKNOWN = 'UNKNOWN',
  /** The request is wrong, whatever the state of the server (3). */
  INVALID_ARGUMENT = 'INVALID_ARGUMENT',
  /** The call took too long (4). */
  DEADLINE_EXCEEDED = 'DEADLINE_EXCEEDED',
  /** What was asked for is not there (5). */
  NOT_FOUND = 'NOT_FOUND',
  /** What was to be made is there already (6). */
  ALREADY_EXISTS = 'ALREADY_EXISTS',
  /** The caller may not do that (7). */
  PERMISSION_DENIED = 'PERMISSION_DENIED',
  /** The server, or a quota, has no room (8). */
  RESOURCE_EXHAUSTED = 'RESOURCE_EXHAUSTED',
  /** The server is not in the state that the call needs (9). */
  FAILED_PRECONDITION = 'FAILED_PRECONDITION',
  /** The call lost against another one (10). */
  ABORTED = 'ABORTED',
  /** Past the end of what there is (11). */
  OUT_OF_RANGE = 'OUT_OF_RANGE',
  /** The server does not have this RPC (12). */
  UNIMPLEMENTED = 'UNIMPLEMENTED',
  /** The server broke something (13). */
  INTERNAL = 'INTERNAL',
  /** The server cannot be reached or does not want to answer now (14). */
  UNAVAILABLE = 'UNAVAILABLE',
  /** Data is lost or broken for good (15). */
  DATA_LOSS = 'DATA_LOSS',
  /** The caller did not say who it is (16). */
  UNAUTHENTICATED = 'UNAUTHENTICATED',
}
