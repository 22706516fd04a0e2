import type { HeaderOperations } from '../../values/header-operations';
import type { MeshPort } from '../../values/mesh-port';
import type { OptOut } from '../../values/opt-out';
import type { Aim, Detour, Fault, HeaderPin, Mirror, RequestCondition, Routing, SpecialCalls } from '../routing';
import { type Alternative, type PortRoute, withAlternatives } from './alternatives';
import { duration } from './duration';
import { uriMatch } from './path';
import type { HttpDestination, HttpMatch, HttpRoute } from './types';

/** Where the caller's proxy is that chooses a route. */
export type Door = 'mesh' | 'ingress';

/** A route that does not know yet how its calls are split. */
export type Route = Omit<HttpRoute, 'route'> & { readonly port: MeshPort };

/**
 * Routes with their destinations, and before each one its twins for the calls with which something else happens.
 *
 * Where a call goes is asked first, then whether it is hurt or copied on its way: so a fault neither moves a call that
 * was pinned to the canary, nor ends its deadline.
 */
export function specialRoutes(routes: Route[], routing: Routing, door: Door): HttpRoute[] {
  const here = (calls: SpecialCalls) => door === 'mesh' || calls.atIngress;
  const split = routes.map((route) => ({ ...route, ...carried(routing, route.port) }));
  const led = withAlternatives(split, aims(routing, here, door));
  const hurt = withAlternatives(led, special(routing.faults.filter(here), door, fault));
  const copied = withAlternatives(hurt, special(routing.mirrors.filter(here), door, mirror(routing)));
  return copied.map(({ port: _, ...route }) => route);
}

/** The doors that somebody opened on these routes. */
export function doorsOn(routing: Pick<Routing, 'faults' | 'mirrors'>, door: Door = 'mesh'): OptOut[] {
  const special = [...routing.faults, ...routing.mirrors].filter(({ atIngress }) => door === 'mesh' || atIngress);
  return special.flatMap(({ optOut }) => optOut ?? []);
}

function aims(routing: Routing, here: (calls: SpecialCalls) => boolean, door: Door): Alternative[] {
  const detours = special(routing.detours.filter(here), door, (detour) => led(detour, routing));
  const pin = routing.canary?.pin;
  if (!pin || (door === 'ingress' && !pin.atIngress)) return detours;
  return [...detours, ...routing.ports.map((port) => pinned(routing, pin, port))];
}

function special<T extends SpecialCalls>(list: T[], door: Door, change: (calls: T) => Alternative['change']) {
  return list.map((calls) => ({
    name: calls.name,
    port: calls.port,
    matches: matchesOf(calls, door),
    change: change(calls),
  }));
}

function pinned(routing: Routing, pin: HeaderPin, port: MeshPort): Alternative {
  const matches = [{ headers: { [pin.header]: { exact: pin.value } } }];
  const change = (route: PortRoute) => ({ ...route, route: [destination(routing, port, 'canary')] });
  return { name: 'pinned', port, matches, change };
}

// A gateway does not know callers: a match of one would take everybody there.
function matchesOf({ paths, conditions }: SpecialCalls, door: Door): HttpMatch[] {
  const meant = conditions.filter(({ caller }) => door === 'mesh' || caller === undefined);
  const ways = conditions.length === 0 ? [{}] : meant.map(conditionMatch);
  const uris = paths === undefined ? [{}] : paths.map((path) => ({ uri: uriMatch(path) }));
  return uris.flatMap((uri) => ways.map((way) => ({ ...uri, ...way })));
}

function conditionMatch({ metadata, caller }: RequestCondition): HttpMatch {
  const values = (negated: boolean) =>
    Object.entries(metadata)
      .filter(([, match]) => match._negated === negated)
      .map(([key, match]) => [key, match._value]);
  const [headers, withoutHeaders] = [values(false), values(true)];
  return {
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...(withoutHeaders.length > 0 && { withoutHeaders: Object.fromEntries(withoutHeaders) }),
    ...(caller && { sourceNamespace: caller.namespace, sourceLabels: caller.labels }),
  };
}

// Deadline and retries stay those of the RPC that was called.
function led(detour: Detour, routing: Routing): Alternative['change'] {
  const { to, rewrite, redirect, requestHeaders, responseHeaders } = detour;
  return ({ timeout, retries, corsPolicy, route: _, delegate, headers, ...route }) => {
    if (redirect) {
      const { path: uri, host: authority, status: redirectCode = 307 } = redirect;
      return { ...route, redirect: { ...(uri && { uri }), ...(authority && { authority }), redirectCode } };
    }
    const operations = headerOperations(requestHeaders, responseHeaders, headers?.request?.remove);
    return {
      ...route,
      ...(timeout && { timeout }),
      ...(retries && { retries }),
      ...(corsPolicy && { corsPolicy }),
      ...(rewrite !== undefined && { rewrite: { uri: rewrite } }),
      ...(operations && { headers: operations }),
      // Calls that stay with the service keep the weights that a controller gives them.
      ...(delegate && !to.service ? { delegate } : { route: aimed(to, routing, route.port) }),
    };
  };
}

function fault({ abort, delay }: Fault): Alternative['change'] {
  const share = (percentage: number) => ({ percentage: { value: percentage } });
  const hurt = {
    ...(abort && { abort: { grpcStatus: abort.status, ...share(abort.percentage) } }),
    ...(delay && { delay: { fixedDelay: duration(delay.millis), ...share(delay.percentage) } }),
  };
  return (route) => (route.redirect ? route : { ...route, fault: hurt });
}

function mirror(routing: Routing) {
  return ({ to, percentage }: Mirror): Alternative['change'] =>
    (route) => {
      const copies = aimed(to, routing, route.port).map(({ destination: there }) => ({
        destination: there,
        percentage: { value: percentage },
      }));
      return route.redirect ? route : { ...route, mirrors: copies.slice(0, 1) };
    };
}

function aimed({ version, service, requestHeaders, responseHeaders }: Aim, routing: Routing, port: MeshPort) {
  const headers = headerOperations(requestHeaders, responseHeaders);
  const all = service
    ? destinations(service.routing(), service.port)
    : version
      ? [destination(routing, port, version)]
      : destinations(routing, port);
  return headers ? all.map((one) => ({ ...one, headers })) : all;
}

function headerOperations(request?: HeaderOperations, response?: HeaderOperations, remove: string[] = []) {
  if (!request && !response && remove.length === 0) return undefined;
  const gone = [...new Set([...(request?.remove ?? []), ...remove])].sort();
  return {
    ...((request || gone.length > 0) && { request: { ...request, ...(gone.length > 0 && { remove: gone }) } }),
    ...(response && { response }),
  };
}

function carried(routing: Routing, port: MeshPort): Pick<HttpRoute, 'route' | 'delegate'> {
  const { shifted } = routing;
  if (shifted?.port !== port) return { route: destinations(routing, port) };
  return { delegate: { name: shifted.name, namespace: shifted.namespace } };
}

// Also without a canary only the stable pods: those of one that was removed may live on for a while.
function destinations(routing: Routing, port: MeshPort): HttpDestination[] {
  const { canary, stable } = routing;
  if (!canary) return [destination(routing, port, stable && 'stable')];
  return [
    { ...destination(routing, port, 'stable'), weight: 100 - canary.weight },
    { ...destination(routing, port, 'canary'), weight: canary.weight },
  ];
}

function destination({ host }: Routing, port: MeshPort, subset: string | undefined): HttpDestination {
  return { destination: { host, port: { number: port.port }, ...(subset && { subset }) } };
}
