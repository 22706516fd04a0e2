import { PortProtocol } from '../../values/mesh-port';
import { RetryPolicy } from '../../values/retry-policy';
import type { External } from '../edge';
import type { Caller } from '../parties';
import { knownIn } from './external';
import { uriMatch } from './path';
import { httpRoute, retries, rpcRoutes } from './routing';
import type { Route } from './special-routes';
import type { HttpMatch, HttpRoute, VirtualServiceSpec } from './types';

/**
 * How calls reach a host outside: each caller's own operations, and nothing else. There is no proxy of the server that
 * could refuse, so what was not declared has no route.
 */
export function externalRoutes(external: External): VirtualServiceSpec {
  const { host, through } = external;
  const known = operations(external);
  const http = through
    ? [...known.map(toDoor(external)), ...known.map(fromDoor(external))]
    : known.map(direct(external));
  return {
    hosts: [host],
    ...(through && { gateways: ['mesh', `${through.gatewayNamespace}/${through.gatewayName}`] }),
    http,
    exportTo: knownIn(external),
  };
}

/** Operations that somebody declared: RPCs by call policy, then exact paths, then the longest prefix. */
interface Known {
  readonly route: Route;
  readonly paths: (string | undefined)[];
}

function operations(external: External): Known[] {
  const { methods, grpcPort } = external;
  const declared = methods.filter(({ method }) => callersOf(external, { grpcPort, path: method.path }).length > 0);
  const rpcs = rpcRoutes({ grpcPort }, declared).map((route) => ({
    route,
    paths: (route.match ?? []).map(({ uri }) => uri?.exact),
  }));
  return [...rpcs, ...plain(external)];
}

function plain(external: External): Known[] {
  const ports = external.ports.filter((port) => port.protocol !== PortProtocol.TCP && port !== external.grpcPort);
  return ports.flatMap((port) => {
    const all = external.admissions.flatMap(({ operations }) => operations).filter((it) => it.port === port);
    const paths = [...new Set(all.flatMap(({ paths: some }) => some ?? [undefined]))].sort(mostSpecificFirst);
    return paths.map((path) => ({ route: httpRoute(path ?? port.name, port), paths: [path] }));
  });
}

function direct(external: External) {
  return ({ route, paths }: Known): HttpRoute => ({
    ...parts(route),
    match: paths.flatMap((path) => ofCallers(external, route, path)),
    route: [{ destination: { host: external.host, port: { number: route.port.port } } }],
  });
}

// No `gateways` in these matches: Istio then asks for no labels any more, and every caller would get the route. At the
// gateway nobody has the labels. The deadline is kept here, and tries that reached nobody; the gateway knows what
// became of the others.
function toDoor(external: External) {
  const { host, port, subset } = external.through as NonNullable<External['through']>;
  return ({ route, paths }: Known): HttpRoute => ({
    ...parts(route),
    ...(route.retries?.attempts !== 0 && { retries: retries(RetryPolicy.unexecuted()) }),
    match: paths.flatMap((path) => ofCallers(external, route, path)),
    route: [{ destination: { host, subset, port: { number: port.port } } }],
  });
}

function fromDoor(external: External) {
  const { gatewayNamespace, gatewayName } = external.through as NonNullable<External['through']>;
  const gateways = [`${gatewayNamespace}/${gatewayName}`];
  return ({ route, paths }: Known): HttpRoute => {
    const { timeout: _, name, ...rest } = parts(route);
    return {
      ...rest,
      name: `out-${name}`,
      match: paths.map((path) => ({ gateways, ...(path !== undefined && { uri: uriMatch(path) }) })),
      route: [{ destination: { host: external.host, port: { number: route.port.port } } }],
    };
  };
}

function parts({ port: _, match: __, ...rest }: Route): HttpRoute {
  return rest;
}

function ofCallers(external: External, { port }: Route, path: string | undefined): HttpMatch[] {
  const several = external.ports.length > 1;
  return callersOf(external, { grpcPort: port, path }).map(({ pods }) => ({
    ...(path !== undefined && { uri: uriMatch(path) }),
    ...(several && { port: port.port }),
    sourceNamespace: pods.namespace,
    sourceLabels: pods.labels,
  }));
}

function callersOf({ admissions }: External, asked: { grpcPort?: Route['port']; path?: string }): Caller[] {
  return admissions.flatMap(({ caller, operations }) => {
    const may = operations.some(
      ({ port, paths }) => port === asked.grpcPort && (asked.path === undefined ? !paths : paths?.includes(asked.path)),
    );
    return caller && may ? [caller] : [];
  });
}

// The whole port comes last, and before it the shortest prefix.
function mostSpecificFirst(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return Number(a.endsWith('/')) - Number(b.endsWith('/')) || b.length - a.length || (a < b ? -1 : 1);
}
