import { Gateways } from '../../simulation/routing/gateways';
import type { ProxyNode } from '../../simulation/routing/proxy-node';
import type { Rule, Subject } from '../rule';

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
    why: `Gateways that select the same pods are joined, the oldest first, also if one asks for more labels than the other.
A port speaks either plaintext or TLS and, with TLS, each host belongs to one server: a second one for it is left out
with a line in the log of istiod, together with its certificate and the routes that only it would have.
If the two are for VirtualServices of different namespaces (./api.example.com and api.example.com), istiod takes both,
and Envoy refuses the port: to it they are one name.
Servers of plain HTTP on one port are joined, hosts and all, which istioctl reports; two servers of one Gateway, two
protocols on one port, or two ports that the Service leads to one port of the pods, it does not see.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0145/',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/gateway.go (mergeGateways)',
    ],
  },
  *check(subject) {
    const gateways = Gateways.of(subject.cluster);
    const told = new Set<string>();
    for (const proxy of proxies(subject)) {
      const { refused, clashing } = gateways.portsOf(proxy);
      const all = [
        ...refused.map((it) => ({ ...it, so: 'istiod leaves this server out' })),
        ...clashing.map((it) => ({ ...it, so: 'Envoy refuses the port, with all servers on it' })),
      ];
      for (const { server, why, so } of all) {
        if (told.has(`${server.name} ${server.index}`)) continue;
        told.add(`${server.name} ${server.index}`);
        yield {
          object: server.gateway,
          path: ['spec', 'servers', server.index],
          message: `${why}, so ${so}.`,
          fix: 'Give the host to one server, or the servers ports of their own.',
        };
      }
    }
  },
};

/** The pods of gateways; for a Gateway of which they are elsewhere, such as have just the labels that it asks for. */
function* proxies({ cluster, selection }: Subject): Iterable<ProxyNode> {
  for (const workload of cluster.workloads) {
    const { dataPlane, namespace, labels } = workload;
    if (dataPlane === 'gateway') yield { kind: 'gateway', namespace, labels, workload };
  }
  for (const { body } of cluster.objects('networking.istio.io/Gateway')) {
    const { selector = {} } = body.spec ?? {};
    const isElsewhere = selection.gatewayPods(selector).length === 0;
    if (isElsewhere) yield { kind: 'gateway', namespace: undefined, labels: selector };
  }
}
