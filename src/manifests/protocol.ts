/** What Istio takes a port to speak. `auto` is sniffed by sidecars, and HTTP/1.1 to a gateway. */
export type Protocol =
  | 'auto'
  | 'udp'
  | 'tcp'
  | 'tls'
  | 'https'
  | 'http'
  | 'http_proxy'
  | 'http2'
  | 'grpc'
  | 'grpc-web'
  | 'mongo'
  | 'redis'
  | 'mysql';

const NAMED = new Set<string>([
  'tcp',
  'udp',
  'grpc',
  'http',
  'http_proxy',
  'http2',
  'https',
  'tls',
  'mongo',
  'redis',
  'mysql',
]);

const WELL_KNOWN_TCP = new Set([25, 53, 3306, 27017]);

/**
 * The protocol of a port of a Service, as istiod decides it: `appProtocol` first, then the port's name.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pkg/config/kube/conversion.go (ConvertProtocol)
 */
export function protocolOf(port: { port: number; name?: string; protocol?: string; appProtocol?: string }): Protocol {
  if (port.protocol === 'UDP' || port.protocol === 'SCTP') {
    return 'udp';
  }
  const known = { 'kubernetes.io/h2c': 'http2', 'kubernetes.io/ws': 'http', 'kubernetes.io/wss': 'https' } as const;
  if (port.appProtocol !== undefined && Object.hasOwn(known, port.appProtocol)) {
    return known[port.appProtocol as keyof typeof known];
  }
  const named = protocolNamed(port.appProtocol ?? port.name ?? '');
  return named === 'auto' && WELL_KNOWN_TCP.has(port.port) ? 'tcp' : named;
}

/** The protocol that a name stands for: `grpc`, `grpc-orders`, `GRPC`. */
export function protocolNamed(name: string): Protocol {
  const lower = name.toLowerCase();
  if (lower.startsWith('grpc-web')) {
    return 'grpc-web';
  }
  const [token] = lower.split('-', 1);
  return NAMED.has(token) ? (token as Protocol) : 'auto';
}

export function isHttp(protocol: Protocol): boolean {
  return isHttp2(protocol) || protocol === 'http' || protocol === 'http_proxy';
}

export function isHttp2(protocol: Protocol): boolean {
  return protocol === 'http2' || protocol === 'grpc' || protocol === 'grpc-web';
}
