import type { Pod } from './connects';
import type { Manifest, Manifests } from './manifests';

/** A request as a proxy sees it that is about to choose a route. */
export interface Request {
  /** `mesh`: the sidecar of a client; otherwise namespace and name of a Gateway, `coffee-shop/edge`. */
  readonly gateway: string;
  readonly host: string;
  readonly path: string;
  readonly method?: string;
  /** Names in lower case. */
  readonly headers?: Record<string, string>;
  /** Port of the Service that a client inside the mesh calls. */
  readonly port?: number;
  /** The pod of that client. */
  readonly client?: Pod;
}

/** The first route that takes a request. */
export interface Routed {
  readonly name: string;
  readonly destinations: Destination[];
  readonly timeout?: string;
  readonly retries?: { readonly attempts: number; readonly retryOn?: string; readonly perTryTimeout?: string };
  readonly corsPolicy?: CorsPolicy;
  readonly fault?: {
    readonly abort?: { readonly grpcStatus: string; readonly percentage: { readonly value: number } };
    readonly delay?: { readonly fixedDelay: string; readonly percentage: { readonly value: number } };
  };
  readonly mirrors?: { readonly destination: { readonly host: string; readonly subset?: string } }[];
  readonly headers?: object;
  readonly rewrite?: { readonly uri: string };
  readonly redirect?: { readonly uri?: string; readonly authority?: string; readonly redirectCode: number };
}

/** Where a share of the calls goes. */
export interface Destination {
  readonly host: string;
  readonly port?: number;
  readonly subset?: string;
  readonly weight: number;
}

interface CorsPolicy {
  readonly allowOrigins: StringMatch[];
  readonly allowMethods?: string[];
  readonly allowHeaders?: string[];
  readonly exposeHeaders?: string[];
  readonly maxAge?: string;
  readonly allowCredentials?: boolean;
  readonly unmatchedPreflights?: string;
}

interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

interface Match {
  readonly uri?: StringMatch;
  readonly method?: StringMatch;
  readonly headers?: Record<string, StringMatch>;
  readonly withoutHeaders?: Record<string, StringMatch>;
  readonly port?: number;
  readonly sourceNamespace?: string;
  readonly sourceLabels?: Record<string, string>;
}

interface Route extends Omit<Routed, 'destinations'> {
  readonly match?: Match[];
  readonly route?: {
    readonly destination: {
      readonly host: string;
      readonly port?: { readonly number: number };
      readonly subset?: string;
    };
    readonly weight?: number;
  }[];
}

/**
 * The route that a proxy chooses by the VirtualServices it sees, written from Istio's documentation and not from our
 * renderers; undefined: 404, which a gRPC client reads as UNIMPLEMENTED.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export function routeOf(manifests: Manifests, request: Request): Routed | undefined {
  const found = routesFor(manifests, request).find(({ match }) => match?.some((m) => takes(m, request)) ?? true);
  if (!found) return undefined;
  const { match: _, route = [], timeout, retries, corsPolicy, ...rest } = found;
  const destinations = route.map(({ destination: { host, port, subset }, weight }) => ({
    host,
    port: port?.number,
    subset,
    weight: weight ?? (route.length === 1 ? 100 : 0),
  }));
  return { ...rest, destinations, timeout, retries, corsPolicy };
}

/** A browser's question before its call. It carries no content-type and no metadata, only their names. */
export interface Preflight {
  readonly gateway: string;
  readonly host: string;
  readonly path: string;
  readonly origin: string;
  /** Names of the headers that the page wants to send. */
  readonly headers?: string[];
}

/**
 * What becomes of a preflight for a POST. `allowed`: the proxy answers and the browser goes on; `refused`: the proxy answers
 * and the browser stops; `forwarded`: the server has to answer; `unrouted`: 404.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter
 */
export function preflight(
  manifests: Manifests,
  { gateway, host, path, origin, headers = ['content-type'] }: Preflight,
): 'allowed' | 'refused' | 'forwarded' | 'unrouted' {
  const asked = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers.join() };
  const routed = routeOf(manifests, { gateway, host, path, method: 'OPTIONS', headers: asked });
  if (!routed) return 'unrouted';
  const cors = routed.corsPolicy;
  if (!cors) return 'forwarded';
  if (!cors.allowOrigins.some((allowed) => holds(allowed, origin))) {
    return cors.unmatchedPreflights === 'IGNORE' ? 'refused' : 'forwarded';
  }
  const lists = (list: string[] = [], word: string) =>
    list.some((listed) => listed === '*' || listed.toLowerCase() === word.toLowerCase());
  const goesOn = lists(cors.allowMethods, 'POST') && headers.every((header) => lists(cors.allowHeaders, header));
  return goesOn ? 'allowed' : 'refused';
}

// The most specific host wins: an exact one before a wildcard, a longer wildcard before a shorter.
function routesFor(manifests: Manifests, request: Request): Route[] {
  const host = request.gateway === 'mesh' ? request.host : request.host.replace(/:\d+$/, '');
  const bound = manifests
    .kind('VirtualService')
    .filter((service) => isBound(manifests, service, request.gateway, host));
  const hosts = bound.flatMap(({ spec }) => spec.hosts as string[]).filter((pattern) => coversHost(pattern, host));
  const [best] = hosts.sort((a, b) => Number(a.startsWith('*')) - Number(b.startsWith('*')) || b.length - a.length);
  const serving = bound.filter(({ spec }) => spec.hosts.includes(best));
  const routes = serving.flatMap(({ spec }) => spec.http as Route[]);
  if (request.gateway === 'mesh') {
    if (serving.length > 1) throw new Error(`two VirtualServices for ${best}: which one is older is not known here`);
    return routes;
  }
  return [...routes.filter((route) => !isCatchAll(route)), ...routes.filter(isCatchAll)];
}

function isBound(manifests: Manifests, { metadata, spec }: Manifest, gateway: string, host: string): boolean {
  const gateways: string[] = spec.gateways ?? ['mesh'];
  const names = gateways.map((name) =>
    name === 'mesh' || name.includes('/') ? name : `${metadata.namespace}/${name}`,
  );
  // One without hosts is for others to delegate to.
  if (!names.includes(gateway) || spec.hosts === undefined) return false;
  if (gateway === 'mesh') return true;
  const [namespace, name] = gateway.split('/');
  const servers: { hosts: string[] }[] = manifests.get('Gateway', name, namespace).spec.servers;
  return servers.some(({ hosts }) =>
    hosts.some((scoped) => {
      const [from, pattern] = scoped.includes('/') ? scoped.split('/') : ['*', scoped];
      return (from === '*' || from === metadata.namespace) && coversHost(pattern, host);
    }),
  );
}

function coversHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*')) return pattern === host;
  return host.length >= pattern.length && host.endsWith(pattern.slice(1));
}

// A gateway asks these last, wherever they stand.
function isCatchAll({ match }: Route): boolean {
  return match?.some((m) => Object.keys(m).length === 1 && m.uri?.prefix === '/') ?? true;
}

const KNOWN = ['uri', 'method', 'headers', 'withoutHeaders', 'port', 'sourceNamespace', 'sourceLabels'];

// A gateway ignores what is said of the source.
function takes(match: Match, { gateway, path, method = 'POST', headers = {}, port, client }: Request): boolean {
  const unknown = Object.keys(match).find((field) => !KNOWN.includes(field));
  if (unknown !== undefined) throw new Error(`the field ${unknown} is not understood here`);
  const wanted = Object.entries(match.headers ?? {});
  return (
    holds(match.uri, path.replace(/[?#].*$/, '')) &&
    holds(match.method, method) &&
    wanted.every(([name, value]) => name in headers && holds(value, headers[name])) &&
    Object.entries(match.withoutHeaders ?? {}).every(
      ([name, value]) => !(name in headers && holds(value, headers[name])),
    ) &&
    (gateway !== 'mesh' || isSource(match, client)) &&
    (match.port === undefined || match.port === port)
  );
}

function isSource({ sourceNamespace, sourceLabels = {} }: Match, client: Pod | undefined): boolean {
  return (
    (sourceNamespace === undefined || sourceNamespace === client?.namespace) &&
    Object.entries(sourceLabels).every(([key, value]) => client?.labels[key] === value)
  );
}

function holds(match: StringMatch | undefined, value: string): boolean {
  if (match?.exact !== undefined) return value === match.exact;
  if (match?.prefix !== undefined) return value.startsWith(match.prefix);
  if (match?.regex !== undefined) return new RegExp(`^(?:${match.regex})$`).test(value);
  return true;
}
