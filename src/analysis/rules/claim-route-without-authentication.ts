import { resolveGateway } from '../../simulation/routing/http-rules';
import type { Rule } from '../rule';

export const claimRouteWithoutAuthentication: Rule = {
  code: 'ClaimRouteWithoutAuthentication',
  severity: 'error',
  summary: 'A route asks for a claim of a token that nobody validates at the gateway',
  aliases: ['IST0149'],
  page: {
    given: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata: {labels: {istio: ingress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: api, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: SIMPLE, credentialName: api-tls}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [api]
  http: [{match: [{headers: {"@request.auth.claims.group": {exact: beta}}}], directResponse: {status: 204}}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [api]
  http: [{match: [{headers: {"@request.auth.claims.group": {exact: beta}}}], directResponse: {status: 204}}]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: tokens, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  jwtRules: [{issuer: "https://issuer.example.com"}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: tokens, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  rules: [{from: [{source: {requestPrincipals: ["https://issuer.example.com/*"]}}]}]
`,
    why: `A gateway knows claims only of tokens that a RequestAuthentication for its pods has validated. Without one the
match is never true, and the route never taken.`,
    unless: 'The RequestAuthentication comes from elsewhere.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0149/',
      'https://istio.io/latest/docs/tasks/security/authentication/jwt-route/',
    ],
  },
  *check({ cluster, selection, written }) {
    const gateways = new Map(
      cluster
        .objects('networking.istio.io/Gateway')
        .map((it) => [`${it.namespace}/${it.name}`, it.body.spec?.selector ?? {}]),
    );
    for (const { object, route, path } of written.httpRoutes) {
      for (const [index, { headers = {}, withoutHeaders = {} }] of (route.match ?? []).entries()) {
        const claim = Object.keys({ ...headers, ...withoutHeaders }).find((name) => name.startsWith('@request.auth.'));
        if (!claim) continue;
        const pods = (object.body.spec?.gateways ?? []).flatMap((name) => {
          const selector = gateways.get(resolveGateway(name, object.namespace));
          return selector ? selection.by(undefined, selector) : [];
        });
        const validated = cluster.objects('security.istio.io/RequestAuthentication').flatMap((it) => selection.of(it));
        const blind = pods.find((pod) => !validated.includes(pod));
        if (!blind) continue;
        yield {
          object,
          path: [...path, 'match', index],
          message: `No RequestAuthentication is for ${blind.id}, so '${claim}' is never there and the route never taken.`,
          fix: `A RequestAuthentication in namespace ${blind.namespace} that selects the gateway.`,
        };
      }
    }
  },
};
