import { looksLikeGrpc } from '../grpc-hints';
import type { Rule } from '../rule';
import { undeclaredPortsUnderPolicy } from '../undeclared-ports';
import { whyUndeclared } from '../why-undeclared';

export const undeclaredProtocol: Rule = {
  code: 'UndeclaredProtocol',
  severity: 'info',
  otherwise: { warning: 'the port looks like one of gRPC' },
  summary: 'A port of a Service does not say what it speaks, and Istio has to guess it connection by connection',
  aliases: ['IST0118', 'KIA0601', 'KIA0602'],
  page: {
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}, ports: [{name: api, port: 50051}]}
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}, ports: [{name: grpc, port: 50051, appProtocol: grpc}]}
`,
    why: `Istio takes the protocol of a port from appProtocol, else from its name up to the first dash. Where neither
says one, sidecars look at the first bytes of each connection. Gateways take HTTP/1.1 for granted, and what is not
recognized is TCP: no routes, no retries, no policies on RPCs.
Ports of Services all of whose pods are outside of the mesh are reported by istioctl alone.`,
    unless: 'Nothing of the mesh calls the port.',
    see: [
      'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
      'https://istio.io/latest/docs/reference/config/analysis/ist0118/',
    ],
  },
  *check(subject) {
    const { cluster } = subject;
    const underPolicy = undeclaredPortsUnderPolicy(subject);
    for (const service of cluster.services.values()) {
      if (service.kind !== 'Service' || service.external || 'gateway.istio.io/managed' in service.manifest.labels)
        continue;
      const behind = cluster.workloadsOf(service);
      if (behind.length > 0 && behind.every(({ dataPlane }) => dataPlane === 'none')) continue;
      for (const [index, port] of service.ports.entries()) {
        // Of a port under a policy UndeclaredPortUnderPolicy says more.
        if (port.protocol !== 'auto' || underPolicy.has(port)) continue;
        const isGrpc = looksLikeGrpc(cluster, service, port);
        yield {
          object: service.manifest,
          path: ['spec', 'ports', index],
          severity: isGrpc ? 'warning' : 'info',
          message: `Port ${port.number} declares no protocol (${whyUndeclared(service, port)}): sidecars have to guess it, and gateways speak HTTP/1.1 to it.`,
          fix: `appProtocol: ${isGrpc ? 'grpc' : '…   # grpc, http2, http, tcp, tls'}`,
        };
      }
    }
  },
};
