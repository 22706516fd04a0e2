/** Where a gRPC status comes from that no application sent, by its number. */
export const STATUSES: ReadonlyMap<number, string> = new Map([
  [
    4,
    `The deadline of the client has passed, and its own library says so. A proxy that gives up first (the timeout of a
route) answers UNAVAILABLE (14) instead, or RESET: the three measure the same time, so never test for one of them.`,
  ],
  [
    7,
    `An AuthorizationPolicy refuses the call, at the proxy of the server or of a gateway: no rule lets this identity call
this RPC, or a DENY rule matches. 'grpc-mesh can FROM TO METHOD' names the rule, and what the call lacks for the nearest.`,
  ],
  [
    8,
    `More requests are under way than a connection pool allows and the circuit breaker says UNAVAILABLE; this one comes from
the application or a rate limit. A message over the client's own size limit ends so too.`,
  ],
  [
    12,
    `No route takes the path: HTTP 404, which gRPC reads as UNIMPLEMENTED. At a gateway the RPC is not exposed, or the
host is another. Inside, a VirtualService matches some paths and has no rule for the rest. Or the server has no such method.`,
  ],
  [
    13,
    `A stream that was cut short (RST_STREAM) after it had begun, or a reply that is not gRPC: an HTTP/1.1 upstream behind a
port that nobody declared as gRPC. 'grpc-mesh check' finds undeclared ports.`,
  ],
  [
    14,
    `The call reached no server. The client's Sidecar does not import the host and REGISTRY_ONLY ends it; a NetworkPolicy
drops it; the two ends do not agree on TLS (STRICT resets plaintext); a subset has no pods; all pods are ejected or down;
a route's timeout passed. 'grpc-mesh can FROM TO METHOD' says which of them the manifests decide.`,
  ],
  [
    16,
    `A RequestAuthentication refuses the token: it does not validate, or is none of the issuer's. A call without any token
is not refused by it; where an AuthorizationPolicy asks for one, that is PERMISSION_DENIED (7).`,
  ],
]);
