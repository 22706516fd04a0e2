import type { Rule } from '../rule';

export const credentialsForEveryOrigin: Rule = {
  code: 'CredentialsForEveryOrigin',
  severity: 'error',
  summary: 'A CORS policy lets every website call with the cookies of whoever visits it',
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
    - corsPolicy: {allowOrigins: [{exact: "*"}], allowCredentials: true}
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
    - corsPolicy: {allowOrigins: [{exact: "https://shop.example.com"}], allowCredentials: true}
      route: [{destination: {host: web.shop.svc.cluster.local}}]
`,
    why: `A browser refuses the answer * together with credentials, so Envoy answers with the origin that asked: every site
is trusted with the session of its visitors.`,
    unless: 'Never. Without allowCredentials every origin may be right.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy',
      'https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS#credentialed_requests_and_wildcards',
    ],
  },
  *check({ written }) {
    for (const { object, route, path } of written.httpRoutes) {
      const { allowCredentials, allowOrigins = [] } = route.corsPolicy ?? {};
      const index = allowOrigins.findIndex(
        ({ exact, prefix, regex }) =>
          exact === '*' || /^(?:https?(?::\/{0,2})?)?$/.test(prefix ?? '-') || /^\^?\.[*+]\$?$/.test(regex ?? ''),
      );
      if (!allowCredentials || index === -1) continue;
      yield {
        object,
        path: [...path, 'corsPolicy', 'allowOrigins', index],
        message: `Every origin matches ${JSON.stringify(allowOrigins[index])}, and with allowCredentials every website may call as whoever visits it.`,
        fix: '- exact: https://…   # each site that may',
      };
    }
  },
};
