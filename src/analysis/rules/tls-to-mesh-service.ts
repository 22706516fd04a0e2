import { interceptsInbound } from '../../simulation/mtls/interception';
import type { Rule } from '../rule';
import { serversOfRule } from '../servers-of-rule';

export const tlsToMeshService: Rule = {
  code: 'TlsToMeshService',
  severity: 'error',
  summary: 'A DestinationRule speaks TLS of its own to pods of the mesh, whose sidecars expect that of the mesh',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: order, namespace: shop}
spec:
  selector: {matchLabels: {app: order}}
  template:
    metadata: {labels: {app: order}}
    spec: {containers: [{name: app, image: order}]}
---
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}, ports: [{name: grpc, port: 50051}]}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec: {host: order.shop.svc.cluster.local, trafficPolicy: {tls: {mode: SIMPLE}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec: {host: order.shop.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}}
`,
    why: `Without a tls block proxies speak mutual TLS to pods that can take it. SIMPLE and MUTUAL replace that: under
STRICT the sidecar asks for a certificate of the mesh and gets none, and under PERMISSIVE a port declared gRPC takes no
TLS but that of the mesh. The connection is reset either way, and clients see status 14.`,
    unless: 'The port is excluded from the sidecar, and the server itself ends TLS.',
    see: [
      'https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings',
    ],
  },
  *check(subject) {
    for (const written of subject.written.trafficPolicies) {
      const { object, policy, path } = written;
      const mode = policy.tls?.mode;
      if (mode !== 'SIMPLE' && mode !== 'MUTUAL') continue;
      for (const { workload, service, number } of serversOfRule(subject, written)) {
        if (workload.dataPlane !== 'sidecar' || !interceptsInbound(workload, number)) continue;
        yield {
          object,
          path: [...path, 'tls', 'mode'],
          message: `Clients send TLS of mode ${mode} to ${service.host}, and the sidecar of ${workload.id} expects that of the mesh: it resets the connection.`,
          fix: 'Leave tls out: proxies speak mutual TLS by themselves.',
        };
        break;
      }
    }
  },
};
