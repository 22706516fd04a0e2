import type { Manifest } from '../../manifests/manifest';
import type { Bodies, HttpMatch, HttpRoute } from '../../manifests/types';
import { resolveGateway } from '../../simulation/routing/http-rules';
import { MESH } from '../../simulation/routing/proxy-node';
import type { Rule } from '../rule';

export const unreachableRoute: Rule = {
  code: 'UnreachableRoute',
  severity: 'warning',
  summary: 'A route stands behind others that take all that it could match',
  aliases: ['IST0130', 'IST0131'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - match: [{uri: {prefix: /shop.v1.Menu/}}]
      directResponse: {status: 204}
    - match: [{uri: {exact: /shop.v1.Menu/Watch}}]
      directResponse: {status: 200}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - match: [{uri: {exact: /shop.v1.Menu/Watch}}]
      directResponse: {status: 200}
    - match: [{uri: {prefix: /shop.v1.Menu/}}]
      directResponse: {status: 204}
`,
    why: `Routes are asked from the top, and the first that matches decides, not the most specific. What stands behind a
route that takes all of it is never asked: its timeout, its retries and its destination do nothing.
istioctl compares prefixes with prefixes alone, takes a match for one gateway for one of all, and reports single
matches of routes that another match leads to.`,
    unless: 'Never: put the narrow before the wide, or take it away.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0130/',
      'https://istio.io/latest/docs/reference/config/analysis/ist0131/',
      'https://istio.io/latest/docs/concepts/traffic-management/#routing-rule-precedence',
    ],
  },
  *check({ written }) {
    for (const object of written.virtualServices) {
      const routes = plain(object);
      for (const [index, route] of routes.entries()) {
        const before = routes.slice(0, index);
        const taken = matchesOf(route).map((match) => before.findIndex((other) => takes(other, match)));
        if (index === 0 || taken.includes(-1)) continue;
        const name = route.name ? ` '${route.name}'` : '';
        const [first] = taken;
        yield {
          object,
          path: ['spec', 'http', index],
          message: `Route ${index}${name} is never asked: route ${first}${before[first].name ? ` '${before[first].name}'` : ''} takes all that it matches.`,
          fix: `Put it before route ${first}.`,
        };
      }
    }
  },
};

const ANYTHING: HttpMatch = {};

/** The routes, of which a match does not ask for gateways where it asks for all that there are. */
function plain({ namespace, body: { spec } }: Manifest<Bodies['networking.istio.io/VirtualService']>): HttpRoute[] {
  const { hosts = [], gateways, http = [] } = spec ?? {};
  // A delegate is for the gateways of those that delegate to it.
  if (hosts.length === 0) return http;
  const all = (gateways?.length ? gateways : [MESH]).map((it) => resolveGateway(it, namespace));
  const isForAll = ({ gateways: some = [] }: HttpMatch) => {
    const own = some.map((it) => resolveGateway(it, namespace));
    return all.every((it) => own.includes(it));
  };
  const plainMatch = (match: HttpMatch) => (isForAll(match) ? { ...match, gateways: undefined } : match);
  return http.map((route) => ({ ...route, match: route.match?.map(plainMatch) }));
}

function matchesOf({ match }: HttpRoute): readonly HttpMatch[] {
  return match?.length ? match : [ANYTHING];
}

function takes(route: HttpRoute, match: HttpMatch): boolean {
  return matchesOf(route).some((wide) => covers(wide, match));
}

/** As far as it is plain to see: never where it is not so. */
function covers({ name: _, ...wide }: HttpMatch, { name: __, ...narrow }: HttpMatch): boolean {
  const { uri, ...conditions } = wide;
  const { uri: inner, ...others } = narrow;
  const asks = Object.values(conditions).some((value) => value !== undefined);
  if (asks && JSON.stringify(conditions) !== JSON.stringify(others)) return false;
  if (!uri || uri.prefix === '/') return true;
  if (JSON.stringify(uri) === JSON.stringify(inner)) return wide.ignoreUriCase === narrow.ignoreUriCase;
  if (narrow.ignoreUriCase && !wide.ignoreUriCase) return false;
  const text = inner?.exact ?? inner?.prefix;
  return uri.prefix !== undefined && Boolean(text?.startsWith(uri.prefix));
}
