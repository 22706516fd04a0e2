import type { Workload } from '../../manifests/workload';
import { workloadPorts } from '../../simulation/mtls/workload-ports';
import { resolveGateway } from '../../simulation/routing/http-rules';
import type { Rule } from '../rule';

export const preflightRefused: Rule = {
  code: 'PreflightRefused',
  severity: 'error',
  summary: 'A gateway refuses the preflight requests of browsers before its CORS policy can answer them',
  aliases: [],
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
metadata: {name: web, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [web.example.com]
      tls: {mode: SIMPLE, credentialName: web-tls}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web.example.com]
  gateways: [web]
  http:
    - match: [{uri: {prefix: /shop.v1.Menu/}}]
      corsPolicy: {allowOrigins: [{exact: "https://shop.example.com"}], allowMethods: [POST]}
      directResponse: {status: 204}
`,
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: tokens, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  rules: [{from: [{source: {requestPrincipals: ["https://issuer.example.com/*"]}}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: tokens, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  rules:
    - from: [{source: {requestPrincipals: ["https://issuer.example.com/*"]}}]
    - to: [{operation: {methods: [OPTIONS]}}]
`,
    why: `A browser asks with OPTIONS before it sends, and sends no token with that. Envoy asks its policies before its
CORS filter, so a policy that wants a token answers 403, and the browser reports a CORS error for every call.`,
    unless: 'No browser calls.',
    see: [
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/listener_builder.go (buildHTTPConnectionManager)',
      'https://developer.mozilla.org/en-US/docs/Glossary/Preflight_request',
    ],
  },
  *check({ cluster, simulation, selection, written }) {
    const pods = new Map<string, readonly Workload[]>();
    for (const { namespace, name, body } of cluster.objects('networking.istio.io/Gateway')) {
      pods.set(`${namespace}/${name}`, selection.gatewayPods(body.spec?.selector));
    }
    for (const { object, route, path } of written.httpRoutes) {
      const { gateways = [], hosts = [] } = object.body.spec ?? {};
      if (!route.corsPolicy) continue;
      const uri = route.match?.find((match) => match.uri)?.uri;
      const request = {
        principal: '',
        protocol: 'http' as const,
        path: uri?.exact ?? uri?.prefix ?? '/',
        method: 'OPTIONS',
        authority: hosts[0]?.replace(/^\*/, 'a'),
      };
      const closed = gateways
        .flatMap((gateway) => pods.get(resolveGateway(gateway, object.namespace)) ?? [])
        .find((pod) => {
          const ports = [443, 8443, ...workloadPorts(cluster, pod).map(({ number }) => number)];
          return ports.every((port) => simulation.policies.outcome(pod, { ...request, port }) === 'deny');
        });
      if (!closed) continue;
      yield {
        object,
        path: [...path, 'corsPolicy'],
        message: `The policies of the gateway ${closed.id} refuse OPTIONS ${request.path} without a token, so browsers never see this CORS policy.`,
        fix: `- to: [{operation: {methods: [OPTIONS]}}]   # a rule more in the ALLOW policy of ${closed.id}`,
      };
    }
  },
};
