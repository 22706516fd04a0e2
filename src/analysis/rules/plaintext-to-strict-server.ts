import { interceptsInbound } from '../../simulation/mtls/interception';
import type { Rule } from '../rule';
import { serversOfRule } from '../servers-of-rule';

export const plaintextToStrictServer: Rule = {
  code: 'PlaintextToStrictServer',
  severity: 'error',
  summary: 'A DestinationRule turns TLS off towards pods that take nothing but mutual TLS',
  aliases: ['KIA0207', 'KIA0208'],
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
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec: {host: order.shop.svc.cluster.local, trafficPolicy: {tls: {mode: DISABLE}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec: {host: order.shop.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}}
`,
    why: `A DestinationRule says what clients send, a PeerAuthentication what servers take. With DISABLE here and STRICT
there every connection is reset, and clients see status 14.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/',
      'https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule',
    ],
  },
  *check(subject) {
    const { simulation } = subject;
    for (const written of subject.written.trafficPolicies) {
      const { object, policy, path } = written;
      if (policy.tls?.mode !== 'DISABLE') continue;
      for (const { workload, service, number } of serversOfRule(subject, written)) {
        if (workload.dataPlane !== 'sidecar' || !interceptsInbound(workload, number)) continue;
        if (simulation.peers.modeOf(workload, number).mode !== 'STRICT') continue;
        yield {
          object,
          path: [...path, 'tls', 'mode'],
          message: `Clients send plaintext to ${service.host}, and port ${number} of ${workload.id} takes only mutual TLS: every connection is reset.`,
          fix: 'Leave tls out: proxies speak mutual TLS by themselves.',
        };
        break;
      }
    }
  },
};
