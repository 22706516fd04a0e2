import { normalizedPath, type PathNormalization } from '../authorization/path-normalization';
import type { RouteRequest } from './route-request';

/** A request as a proxy's routes look at it: with what gRPC clients always send. */
export class HttpRequest {
  public readonly path: string;
  public readonly query: string;
  public readonly method: string;
  /** Whether Envoy takes it for gRPC, by its content type. */
  public readonly isGrpc: boolean;
  /** As a gateway knows them. */
  public readonly claims: RouteRequest['claims'];
  private readonly headers: Readonly<Record<string, string>>;

  public constructor(
    request: RouteRequest,
    /** With its port where the client writes one. */
    public readonly authority: string,
    public readonly scheme: 'http' | 'https',
    normalization: PathNormalization,
  ) {
    const path = request.path ?? '/';
    const end = path.search(/[?#]/);
    // Envoy normalizes a path before it looks for a route.
    this.path = normalizedPath(path, normalization);
    this.query = path[end] === '?' ? path.slice(end + 1) : '';
    this.method = request.method ?? 'POST';
    this.headers = request.headers ?? {};
    this.claims = request.claims;
    const type = this.header('content-type') ?? '';
    this.isGrpc = /^application\/grpc(?:$|[+;])/.test(type);
  }

  /** The value of a header, or of what HTTP/2 keeps in one, as `:method`. */
  public header(name: string): string | undefined {
    if (Object.hasOwn(this.headers, name)) return this.headers[name];
    switch (name) {
      case ':authority':
      case 'host':
        return this.authority;
      case ':method':
        return this.method;
      case ':scheme':
      case 'x-forwarded-proto':
        return this.scheme;
      case ':path':
        return this.query ? `${this.path}?${this.query}` : this.path;
      // https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests
      case 'content-type':
        return this.method === 'POST' ? 'application/grpc' : undefined;
      case 'te':
        return this.method === 'POST' ? 'trailers' : undefined;
      default:
        return undefined;
    }
  }

  /** Whether a header that was not told is one that clients or proxies send all the same. */
  public mayHave(name: string): boolean {
    return ADDED.has(name) && !Object.hasOwn(this.headers, name);
  }

  public queryParameter(name: string): string | undefined {
    for (const pair of this.query.split('&')) {
      const equals = pair.indexOf('=');
      if ((equals === -1 ? pair : pair.slice(0, equals)) === name) return equals === -1 ? '' : pair.slice(equals + 1);
    }
    return undefined;
  }
}

const ADDED = new Set([
  'grpc-accept-encoding',
  'user-agent',
  'x-envoy-attempt-count',
  'x-forwarded-client-cert',
  'x-forwarded-for',
  'x-request-id',
]);
