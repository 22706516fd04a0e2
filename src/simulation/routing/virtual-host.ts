import { certainlyOlder } from '../../manifests/age';
import { whichIsOlder } from './destination-rule-merge';
import type { HttpRequest } from './http-request';
import type { HttpRule } from './http-rules';
import type { MatchOutcome, RouteMatch } from './matches';
import type { ProxyNode } from './proxy-node';
import type { SkippedRule } from './route-result';
import type { VirtualService } from './virtual-services';

/** A rule with one of its matches, as one proxy is told of it: what Envoy calls a route. */
export interface Route {
  readonly virtualService: VirtualService;
  readonly rule: HttpRule;
  readonly match: RouteMatch;
  /** Which of the rule's matches. */
  readonly at: number;
  /** Where it stands: its match, if the rule has any of its own. */
  readonly path: readonly (string | number)[];
  /** That VirtualServices name: of the service, or of the gateway's server. */
  readonly port: number;
  /** Whether the proxy is told of it at all. */
  readonly concerns: MatchOutcome;
}

/** What a proxy is told of one VirtualService, in its order, with what it is not told. */
export function routesOf(
  virtualService: VirtualService,
  proxy: ProxyNode,
  port: number,
  gateway: string,
): readonly Route[] {
  return virtualService.rules.flatMap((rule) =>
    rule.matches.map((match, at) => ({
      virtualService,
      rule,
      match,
      at,
      path: rule.written ? [...rule.path, 'match', at] : rule.path,
      port,
      concerns: match.concerns(proxy, port, gateway),
    })),
  );
}

/** Whether any of it reaches the proxy: a VirtualService of which nothing does is as if it were not there. */
export function saysSomething(routes: readonly Route[]): boolean {
  return routes.some(({ concerns }) => concerns === true);
}

/** Those that take every request behind the others, as gateways do where several VirtualServices are for one host. */
export function catchAllsLast(routes: readonly Route[]): readonly Route[] {
  // Istio reads nothing of a VirtualService after its first catch-all, so that cannot move before what it hides.
  const done = new Set<VirtualService>();
  const read = routes.filter(({ virtualService, match, concerns }) => {
    if (done.has(virtualService)) return false;
    if (match.catchAll && concerns === true) done.add(virtualService);
    return true;
  });
  return [...read.filter(({ match }) => !match.catchAll), ...read.filter(({ match }) => match.catchAll)];
}

export interface Choice {
  readonly route?: Route;
  readonly skipped: readonly SkippedRule[];
  readonly missing: readonly string[];
}

/** The first route that takes a request. One of which nobody can tell ends the search, with what would tell. */
export function choose(routes: readonly Route[], request: HttpRequest): Choice {
  const skipped: SkippedRule[] = [];
  for (const route of routes) {
    const outcome = route.concerns === true ? route.match.test(request) : route.concerns;
    if (outcome === true) return { route, skipped, missing: rivals(route, routes, request) };
    if ('missing' in outcome) return { route, skipped, missing: [outcome.missing] };
    skipped.push({ object: route.rule.object, path: route.path, why: outcome.why });
  }
  return { skipped, missing: [] };
}

/** Other VirtualServices that would have taken the request, were they the older. */
function rivals(chosen: Route, routes: readonly Route[], request: HttpRequest): readonly string[] {
  const rival = routes.find(
    ({ virtualService, match, concerns }) =>
      virtualService !== chosen.virtualService &&
      match.catchAll === chosen.match.catchAll &&
      concerns === true &&
      sameScope(virtualService, chosen.virtualService) &&
      !certainlyOlder(chosen.virtualService.manifest, virtualService.manifest) &&
      match.test(request) === true,
  );
  return rival ? [whichIsOlder(chosen.virtualService.manifest, rival.virtualService.manifest)] : [];
}

function sameScope(a: VirtualService, b: VirtualService): boolean {
  return a.exportTo.includes('*') === b.exportTo.includes('*');
}
