import { MeshError } from '../errors';
import { serviceHost } from './names';
import { portNumber } from './port-number';

/** A server towards which proxies are to behave otherwise. */
export interface EnvoyUpstreamOptions {
  /** Host name of its Service, fully qualified. */
  readonly host: string;
  /** Port of its Service. */
  readonly port: number;
}

/**
 * What an `EnvoyPatch` changes: one of a few places that a filter or a setting can have without touching TLS, routes or
 * policies.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/api
 */
export class EnvoyChange {
  /**
   * A filter for requests, before all others: before tokens are read and policies are asked.
   *
   * Refused: `InvalidPatch`, `PatchOnSecurity`.
   *
   * @param name name of the filter, `envoy.filters.http.buffer`
   * @param config its configuration, with `@type`
   */
  public static firstHttpFilter(name: string, config: { [field: string]: unknown }): EnvoyChange {
    return new EnvoyChange('first-filter', typed(config, 'EnvoyChange.firstHttpFilter'), { name });
  }

  /**
   * A filter for requests, after all others: it sees what policies have let pass, and has the last word on it.
   *
   * Refused: `InvalidPatch`, `PatchOnSecurity`.
   *
   * @param name name of the filter, `envoy.filters.http.buffer`
   * @param config its configuration, with `@type`
   */
  public static lastHttpFilter(name: string, config: { [field: string]: unknown }): EnvoyChange {
    return new EnvoyChange('last-filter', typed(config, 'EnvoyChange.lastHttpFilter'), { name });
  }

  /**
   * Fields of the connection manager, by which HTTP is read:
   * `{ http2_protocol_options: { max_concurrent_streams: 100 } }`.
   *
   * Refused: `InvalidPatch`, `PatchOnSecurity` for its filters and routes.
   *
   * @param fields what is merged into it
   * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto
   */
  public static connectionManager(fields: { [field: string]: unknown }): EnvoyChange {
    return new EnvoyChange('connection-manager', harmless(fields, 'EnvoyChange.connectionManager'));
  }

  /**
   * Fields of the cluster by which a server is reached: `{ per_connection_buffer_limit_bytes: 65536 }`.
   *
   * Refused: `InvalidPatch`, `PatchOnSecurity` for its transport sockets, `InvalidHost`, `InvalidPort`.
   *
   * @param upstream which server
   * @param fields what is merged into it
   * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto
   */
  public static upstream(upstream: EnvoyUpstreamOptions, fields: { [field: string]: unknown }): EnvoyChange {
    const where = 'EnvoyChange.upstream';
    const host = serviceHost(upstream.host, where);
    const port = portNumber(upstream.port, where, 'port: 50051');
    return new EnvoyChange('upstream', harmless(fields, where), { host, port });
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _place: EnvoyPlace,
    /**
     * @internal
     */
    public readonly _value: Record<string, unknown>,
    /**
     * @internal
     */
    public readonly _of: { readonly name?: string; readonly host?: string; readonly port?: number } = {},
  ) {}
}

/** Where in an Envoy. */
export type EnvoyPlace = 'first-filter' | 'last-filter' | 'connection-manager' | 'upstream';

/** Fields on which mutual TLS, routes and policies rest: in lower case, and without the underscores of protobuf. */
const SECURITY = [
  'transportsocket',
  'transportsocketmatches',
  'tlscontext',
  // Filters, and those of upgraded requests, among which there is no policy.
  'httpfilters',
  'upgradeconfigs',
  // What a policy takes for the path, or a server for the caller.
  'normalizepath',
  'mergeslashes',
  'pathwithescapedslashesaction',
  'pathnormalizationoptions',
  'forwardclientcertdetails',
  'setcurrentclientcertdetails',
  // Where calls go.
  'routeconfig',
  'rds',
  'scopedroutes',
  'loadassignment',
  'edsclusterconfig',
  'clustertype',
];

function typed(config: Record<string, unknown>, where: string): Record<string, unknown> {
  if (typeof config['@type'] === 'string') return harmless(config, where);
  throw new MeshError({
    code: 'InvalidPatch',
    where,
    what: "the configuration has no '@type'.",
    why: 'Envoy would not know what it is the configuration of, and proxies would keep their old one in silence.',
    fix: "{ '@type': 'type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer', max_request_bytes: 65536 }",
  });
}

function harmless(fields: Record<string, unknown>, where: string): Record<string, unknown> {
  if (Object.keys(fields).length === 0) throw emptyPatch(where);
  const touched = namesIn(fields).find((name) => SECURITY.includes(name.replaceAll('_', '').toLowerCase()));
  if (touched === undefined) return structuredClone(fields);
  throw new MeshError({
    code: 'PatchOnSecurity',
    where,
    what: `it changes ${touched}.`,
    why: 'Mutual TLS, routes and policies rest on it: a patch that matches more than was meant switches them off without a word.',
    fix: 'say it by the constructs of this library, or by an ApiObject of your own',
  });
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

function emptyPatch(where: string): MeshError {
  return new MeshError({
    code: 'InvalidPatch',
    where,
    what: 'it changes nothing.',
    why: 'An EnvoyFilter without a value is refused by istiod.',
    fix: '{ per_connection_buffer_limit_bytes: 65536 }',
  });
}
