import { repeatedExecutions } from '../../values/call-policy';
import type { OptOut } from '../../values/opt-out';
import type { Cors, Exposure, Ingress } from '../edge';
import type { Routing } from '../routing';
import { uriMatch } from './path';
import { httpRoute, rpcRoutes } from './routing';
import { doorsOn, type Route, specialRoutes } from './special-routes';
import type { CorsPolicy, GatewaySpec, HttpRoute, VirtualServiceSpec } from './types';

/** The listener: TLS 1.3, HTTP/2 by ALPN, its own hosts for routes of its own namespace. */
export function gateway(ingress: Ingress): GatewaySpec {
  const { hosts, namespace, tls } = ingress;
  const scoped = hosts.map((host) => `${namespace}/${host}`);
  return {
    selector: ingress.gateway.pods.labels,
    servers: [
      tls
        ? {
            port: { number: 443, name: 'https', protocol: 'HTTPS' },
            hosts: scoped,
            tls: {
              mode: tls.clientCertificates ? 'MUTUAL' : 'SIMPLE',
              credentialName: tls.secretName,
              minProtocolVersion: 'TLSV1_3',
            },
          }
        : { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: scoped },
    ],
  };
}

/** What one host serves. RPCs first, then exact paths, then the longest prefix: the first match wins. */
export function hostRoutes(ingress: Ingress, host: string): VirtualServiceSpec {
  const exposures = ingress.exposures.filter((exposure) => exposure.host === host);
  const rpcs = exposures.filter(({ method }) => method !== undefined);
  const http = exposures.filter(({ method }) => method === undefined);
  return {
    hosts: [host],
    gateways: [`${ingress.gatewayNamespace}/${ingress.gatewayName}`],
    http: [...groupedByPolicy(rpcs).flatMap(grpcRoutes), ...http.sort(mostSpecificFirst).flatMap(plainRoutes)],
  };
}

/** What happens with calls of a host only because somebody opted for it. */
export function doorsAtGateway(ingress: Ingress, host: string): OptOut[] {
  const exposures = ingress.exposures.filter((exposure) => exposure.host === host);
  return exposures.flatMap(({ path, routing: of }) => {
    const routing = of();
    const repeated = repeatedExecutions(routing.methods.filter(({ method }) => method.path === path));
    return [...repeated, ...doorsOn(routing, 'ingress')];
  });
}

/** The Certificate that cert-manager turns into the Secret of the gateway. */
export function certificate(ingress: Ingress): object {
  return {
    secretName: ingress.tls?.secretName,
    dnsNames: ingress.hosts,
    issuerRef: { group: 'cert-manager.io', kind: ingress.tls?.issuer?.kind, name: ingress.tls?.issuer?.name },
    privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
  };
}

function grpcRoutes(exposures: Exposure[]) {
  const [{ cors, routing: of, method: first }] = exposures;
  const prefix = first ? `${first.service}/` : '';
  const routing = of();
  const exposed = new Set(exposures.map(({ path }) => path));
  const methods = routing.methods.filter(({ method }) => exposed.has(method.path));
  const routes = rpcRoutes(routing, methods, cors && corsPolicy(cors));
  const named = routes.map(({ name, ...route }) => ({
    ...route,
    name: name?.startsWith(prefix) ? name : prefix + name,
  }));
  return fromOutside(named, routing);
}

function plainRoutes({ path, port, routing: of }: Exposure) {
  const routing = of();
  return fromOutside([httpRoute(path, port, [{ uri: uriMatch(path) }])], routing);
}

// Where the pin does not work from outside it does not pass either: a server that forwards it would pin for strangers.
function fromOutside(routes: Route[], routing: Routing): HttpRoute[] {
  const pin = routing.canary?.pin;
  if (!pin || pin.atIngress) return specialRoutes(routes, routing, 'ingress');
  const headers = { request: { remove: [pin.header] } };
  return specialRoutes(
    routes.map((route) => ({ ...route, headers })),
    routing,
    'ingress',
  );
}

// RPCs of one API of one service with the same CORS share routes.
function groupedByPolicy(exposures: Exposure[]): Exposure[][] {
  const groups = new Map<string, Exposure[]>();
  for (const exposure of exposures) {
    const key = JSON.stringify([exposure.service, exposure.method?.service, exposure.cors ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), exposure]);
  }
  return [...groups.values()];
}

function mostSpecificFirst(a: Exposure, b: Exposure): number {
  const isPrefix = ({ path }: Exposure) => Number(path.endsWith('/'));
  return isPrefix(a) - isPrefix(b) || b.path.length - a.path.length || (a.path < b.path ? -1 : 1);
}

// By path alone: a browser's preflight carries no content-type. Foreign origins get an answer that does not allow them.
function corsPolicy(cors: Cors): CorsPolicy {
  return {
    allowOrigins: cors.origins.map((exact) => ({ exact })),
    allowMethods: ['POST'],
    allowHeaders: cors.allowHeaders,
    exposeHeaders: cors.exposeHeaders,
    maxAge: `${cors.maxAgeSeconds}s`,
    ...(cors.allowCredentials && { allowCredentials: true }),
    unmatchedPreflights: 'IGNORE',
  };
}
