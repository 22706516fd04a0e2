/** `/package.Service` or `/package.Service/…`: how gRPC names what it calls. */
export function isRpcPath(path: string): boolean {
  return /^\/[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)+(?:\/|$)/.test(path);
}

/** The RPC of a path, `Watch` of `/grpc.health.v1.Health/Watch`; `undefined` where it names none. */
export function methodOf(path: string): string | undefined {
  return /^\/[\w.]+\/(\w+)$/.exec(path)?.[1];
}

/**
 * Whether an RPC is a stream by its name. Only its `.proto` knows; these are the names that people give, and those of
 * gRPC's own services.
 */
export function soundsLikeStream(method: string): boolean {
  return /^(?:Watch|Subscribe|Stream|Listen|Tail|Follow|Observe)(?![a-z])|Stream(?:ing)?$|^ServerReflectionInfo$/.test(
    method,
  );
}
