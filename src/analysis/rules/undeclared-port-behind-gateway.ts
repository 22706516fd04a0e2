import { looksLikeGrpc } from '../grpc-hints';
import { isRpcPath } from '../grpc-names';
import { destinationsOf, portOf, serviceNamed } from '../http-routes';
import type { Rule } from '../rule';
import { whyUndeclared } from '../why-undeclared';

export const undeclaredPortBehindGateway: Rule = {
  code: 'UndeclaredPortBehindGateway',
  severity: 'error',
  otherwise: { warning: 'nothing says that the port is for gRPC' },
  summary: 'A gateway sends to a port that declares no protocol: it speaks HTTP/1.1 there, which no gRPC server knows',
  aliases: [],
  page: {
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}, ports: [{name: api, port: 50051}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: order-api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [istio-ingress/api]
  http: [{route: [{destination: {host: order.shop.svc.cluster.local, port: {number: 50051}}}]}]
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}, ports: [{name: grpc, port: 50051, appProtocol: grpc}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: order-api, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [istio-ingress/api]
  http: [{route: [{destination: {host: order.shop.svc.cluster.local, port: {number: 50051}}}]}]
`,
    why: `A sidecar finds out what its client speaks and passes that on. A gateway does not: to a port whose protocol
nobody declares it speaks HTTP/1.1, and a gRPC server answers that with a closed connection. The client sees status 14.`,
    unless: 'The server speaks HTTP/1.1. Declare that, then, with appProtocol: http.',
    see: [
      'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/#explicit-protocol-selection',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/cluster_builder.go (setH2Options)',
    ],
  },
  *check({ cluster, written }) {
    for (const one of written.httpRoutes) {
      const { object, route } = one;
      const gateways = object.body.spec?.gateways ?? [];
      if (gateways.every((gateway) => gateway === 'mesh')) continue;
      const named = route.match?.some(({ uri }) => isRpcPath(uri?.exact ?? uri?.prefix ?? '')) ?? false;
      for (const { destination, path } of destinationsOf(one)) {
        const service = serviceNamed(cluster, destination.host, object.namespace);
        const port = service && portOf(service, destination.port?.number);
        if (!service || port?.protocol !== 'auto') continue;
        yield {
          object,
          path,
          severity: named || looksLikeGrpc(cluster, service, port) ? 'error' : 'warning',
          message: `Port ${port.number} of ${service.host} declares no protocol (${whyUndeclared(service, port)}), so gateways speak HTTP/1.1 to it, and a gRPC server does not answer that.`,
          fix: `appProtocol: grpc   # in the Service ${service.namespace}/${service.name}, port ${port.number}`,
        };
      }
    }
  },
};
