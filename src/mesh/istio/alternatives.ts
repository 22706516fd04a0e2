import type { MeshPort } from '../../values/mesh-port';
import { bothMatches } from './both-matches';
import type { HttpMatch, HttpRoute } from './types';

/** A route and the port whose calls it takes. */
export type PortRoute = HttpRoute & { readonly port: MeshPort };

/** Something else that happens with some calls of a route. */
export interface Alternative {
  /** What its routes are called, after the name of the route that it stands before. */
  readonly name: string;
  readonly port: MeshPort;
  /** Which calls: one of these takes them. */
  readonly matches: HttpMatch[];
  readonly change: (route: PortRoute) => PortRoute;
}

/**
 * Routes, and before each one its twins for the calls with which something else happens; the first that matches wins.
 *
 * What would never be asked is left out: a route to which its twins leave nothing, and a twin for calls that an earlier
 * route takes.
 */
export function withAlternatives(routes: PortRoute[], alternatives: Alternative[]): PortRoute[] {
  if (alternatives.length === 0) return routes;
  const earlier: HttpMatch[] = [];
  return routes.flatMap((route) => {
    const own = route.match ?? [{}];
    const before = [...earlier];
    earlier.push(...own);
    const isTaken = (match: HttpMatch) => before.some((other) => covers(other, match));
    const twins: PortRoute[] = [];
    for (const { name, port, matches, change } of alternatives) {
      if (port !== route.port) continue;
      const met = own.map((match) =>
        matches.flatMap((other) => bothMatches(match, other) ?? []).filter((twin) => !isTaken(twin)),
      );
      if (met.flat().length === 0) continue;
      twins.push(matching({ ...change(route), name: `${route.name}-${name}` }, met.flat()));
      if (own.every((match, i) => met[i].some((twin) => isSame(twin, match)))) return twins;
    }
    return [...twins, route];
  });
}

// A match of everything is none.
function matching({ match: _, ...route }: PortRoute, matches: HttpMatch[]): PortRoute {
  if (matches.some((match) => Object.keys(match).length === 0)) return route;
  return { ...route, match: matches };
}

function covers(wide: HttpMatch, narrow: HttpMatch): boolean {
  const common = bothMatches(wide, narrow);
  return common !== undefined && isSame(common, narrow);
}

function isSame(a: HttpMatch, b: HttpMatch): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
