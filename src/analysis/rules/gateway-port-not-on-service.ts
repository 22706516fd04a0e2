import { listed } from '../../manifests/words';
import type { Rule } from '../rule';

export const gatewayPortNotOnService: Rule = {
  code: 'GatewayPortNotOnService',
  severity: 'warning',
  summary: 'A Gateway listens to a port that no Service of its pods has, so nobody can reach it',
  aliases: ['IST0162'],
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
`,
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: ingress, namespace: istio-ingress}
spec: {selector: {istio: ingress}, ports: [{name: http2, port: 80, targetPort: 8080}]}
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
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: ingress, namespace: istio-ingress}
spec: {selector: {istio: ingress}, ports: [{name: https, port: 443, targetPort: 8443}]}
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
    why: `A server of a Gateway names the port of the Service in front of the pods, and they listen to its targetPort. A
port that no Service has is opened by the pods, but no load balancer leads to it.
Of a gateway none of whose Services is among the manifests istioctl reports every port, and this rule none.`,
    unless: 'Clients reach the pods by another way, as on the host network.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0162/',
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Port',
    ],
  },
  *check({ cluster, selection }) {
    for (const object of cluster.objects('networking.istio.io/Gateway')) {
      const { selector, servers = [] } = object.body.spec ?? {};
      const pods = selection.gatewayPods(selector);
      const ports = new Set(pods.flatMap((pod) => cluster.servicesOf(pod).flatMap((service) => service.ports)));
      if (ports.size === 0) continue;
      const numbers = new Set([...ports].flatMap(({ number, targetPort }) => [number, targetPort]));
      for (const [index, { port }] of servers.entries()) {
        if (numbers.has(port.number)) continue;
        yield {
          object,
          path: ['spec', 'servers', index, 'port', 'number'],
          message: `No Service of ${pods[0].id} has port ${port.number}, so nobody reaches this server.`,
          fix: `number: ${listed(
            [...ports].map(({ number }) => number),
            'or',
          )}`,
        };
      }
    }
  },
};
