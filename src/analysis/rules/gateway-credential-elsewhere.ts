import type { Rule } from '../rule';

export const gatewayCredentialElsewhere: Rule = {
  code: 'GatewayCredentialElsewhere',
  severity: 'error',
  summary: 'The Secret of a Gateway is in another namespace than the pods that have to read it',
  aliases: ['IST0101'],
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
kind: Secret
metadata: {name: api-tls, namespace: shop}
type: kubernetes.io/tls
data: {tls.crt: "", tls.key: ""}
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
kind: Secret
metadata: {name: api-tls, namespace: istio-ingress}
type: kubernetes.io/tls
data: {tls.crt: "", tls.key: ""}
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
    why: `A gateway reads credentialName from the namespace of its own pods, not from that of the Gateway object. Without
the Secret it does not listen to the port at all, and clients cannot connect.
istioctl reports every name of which there is no Secret; manifests rarely hold them, so here only one that lies in a
wrong place is.`,
    unless: 'A Secret of that name is there too, and none of these manifests.',
    see: [
      'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#troubleshooting',
      'https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings',
    ],
  },
  *check({ cluster, selection }) {
    const homes = new Map<string, Set<string>>();
    for (const { namespace, name } of cluster.objects('Secret')) {
      const known = homes.get(name);
      known ? known.add(namespace) : homes.set(name, new Set([namespace]));
    }
    for (const object of cluster.objects('networking.istio.io/Gateway')) {
      const { selector, servers = [] } = object.body.spec ?? {};
      const pods = selection.gatewayPods(selector);
      for (const [index, { tls }] of servers.entries()) {
        const found = tls?.credentialName ? homes.get(tls.credentialName) : undefined;
        const missing = found && pods.find(({ namespace }) => !found.has(namespace));
        if (!missing || tls?.credentialName?.includes('://')) continue;
        yield {
          object,
          path: ['spec', 'servers', index, 'tls', 'credentialName'],
          message: `Secret '${tls?.credentialName}' is in namespace ${[...found].join(' and ')}, and ${missing.id} reads it from ${missing.namespace}: the port does not open.`,
          fix: `Secret ${tls?.credentialName}: metadata: {namespace: ${missing.namespace}}`,
        };
      }
    }
  },
};
