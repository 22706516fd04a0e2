import type { HttpMatch, HttpRoute } from '../../manifests/types';
import type { Rule } from '../rule';

export const corsNeverAnswersPreflight: Rule = {
  code: 'CorsNeverAnswersPreflight',
  severity: 'error',
  summary: 'A CORS policy stands on a route that no preflight request of a browser can take',
  aliases: [],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web.example.com]
  gateways: [istio-ingress/web]
  http:
    - match: [{headers: {content-type: {prefix: application/grpc-web}}}]
      corsPolicy: {allowOrigins: [{exact: "https://shop.example.com"}], allowMethods: [POST]}
      route: [{destination: {host: web.shop.svc.cluster.local}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web.example.com]
  gateways: [istio-ingress/web]
  http:
    - match: [{uri: {prefix: /shop.v1.Menu/}}]
      corsPolicy: {allowOrigins: [{exact: "https://shop.example.com"}], allowMethods: [POST]}
      route: [{destination: {host: web.shop.svc.cluster.local}}]
`,
    why: `Envoy's CORS filter answers a preflight by the policy of the route that the preflight itself takes. It is an
OPTIONS request without content-type, x-grpc-web or a token, so a route that asks for one of these, or for POST, never
sees it: it ends in 404, and the browser sends nothing. Match by uri.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy',
      'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter',
      'https://developer.mozilla.org/en-US/docs/Glossary/Preflight_request',
    ],
  },
  *check({ written }) {
    for (const { object, route, path } of written.httpRoutes) {
      if (!route.corsPolicy || takesPreflight(route)) continue;
      if (object.body.spec?.http?.some((other) => other.corsPolicy && takesPreflight(other))) continue;
      const asked = [...new Set((route.match ?? []).map(guardOf))].join(' and ');
      yield {
        object,
        path: [...path, 'match'],
        message: `The route asks for ${asked}, which no preflight has: this CORS policy never answers a browser.`,
        fix: 'match: [{uri: {prefix: /package.Service/}}]',
      };
    }
  },
};

function takesPreflight({ match = [] }: HttpRoute): boolean {
  return match.length === 0 || match.some((one) => guardOf(one) === undefined);
}

/** What of a match keeps preflights out. */
function guardOf({ method, headers = {} }: HttpMatch): string | undefined {
  if (method?.exact !== undefined && method.exact !== 'OPTIONS') return `method ${method.exact}`;
  return Object.keys(headers).find((name) => NOT_IN_PREFLIGHTS.has(name.toLowerCase()));
}

const NOT_IN_PREFLIGHTS = new Set([
  'content-type',
  'x-grpc-web',
  'authorization',
  'grpc-timeout',
  'x-user-agent',
  'te',
]);
