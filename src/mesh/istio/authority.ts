/** A host as clients name it in a request. gRPC clients add the port; a pattern has one *, at its beginning or end. */
export function authorities(host: string, edgePort: number): string[] {
  return host.startsWith('*') ? [host, `${host}:${edgePort}`] : [host, `${host}:*`];
}
