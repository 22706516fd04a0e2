import { oldestFirst } from '../../manifests/age';
import { ServerMerge, serverOf } from '../../simulation/routing/gateway-servers';
import type { Rule } from '../rule';

export const gatewaysInConflict: Rule = {
  code: 'GatewaysInConflict',
  severity: 'error',
  summary: 'Two servers of a gateway want the same port and host, and one of them is left out',
  aliases: ['IST0145', 'KIA0301'],
  page: {
    given: `
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
kind: Gateway
metadata: {name: api-too, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: SIMPLE, credentialName: api-tls}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: www, namespace: shop}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [www.example.com]
      tls: {mode: SIMPLE, credentialName: www-tls}
`,
    why: `Gateways that select the same pods are joined, the oldest first. A port speaks either plaintext or TLS and, with
TLS, each host belongs to one server: a second one for it is left out with a line in the log of istiod, together with
its certificate and the routes that only it would have.
Servers of plain HTTP on one port are joined, hosts and all, which istioctl reports; two servers of one Gateway, or
two protocols on one port, it does not see.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0145/',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/gateway.go (mergeGateways)',
    ],
  },
  *check({ cluster }) {
    const merges = new Map<string, ServerMerge>();
    for (const gateway of oldestFirst(cluster.objects('networking.istio.io/Gateway'))) {
      const { selector = {}, servers = [] } = gateway.body.spec ?? {};
      const key = JSON.stringify(Object.entries(selector).sort());
      const merge = merges.get(key) ?? new ServerMerge();
      merges.set(key, merge);
      for (const [index, spec] of servers.entries()) merge.add(spec.port.number, serverOf(gateway, index, spec));
    }
    for (const { ports } of merges.values()) {
      for (const { refused } of ports.values()) {
        for (const { server, why } of refused) {
          yield {
            object: server.gateway,
            path: ['spec', 'servers', server.index],
            message: `${why}, so istiod leaves this server out.`,
            fix: 'Give the host to one server, or the servers ports of their own.',
          };
        }
      }
    }
  },
};
