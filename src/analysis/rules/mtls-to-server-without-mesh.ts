import { interceptsInbound } from '../../simulation/mtls/interception';
import type { Rule } from '../rule';
import { serversOfRule, servicesOfRule } from '../servers-of-rule';

export const mtlsToServerWithoutMesh: Rule = {
  code: 'MtlsToServerWithoutMesh',
  severity: 'error',
  summary: 'A DestinationRule speaks the mutual TLS of the mesh to servers that do not understand it',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: disabled}}
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
spec: {host: order.shop.svc.cluster.local, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec: {host: order.shop.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}}
`,
    why: `ISTIO_MUTUAL sends mutual TLS whoever listens. Where pods have no proxy or keep the port from it, where a
PeerAuthentication says DISABLE, or outside of the mesh nobody ends it, and the connection fails. Without a tls block
proxies send mutual TLS to the pods that can take it and plaintext to the others.`,
    unless: 'Never: leave it out.',
    see: [
      'https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-TLSmode',
    ],
  },
  *check(subject) {
    const { simulation } = subject;
    for (const written of subject.written.trafficPolicies) {
      const { object, policy, path } = written;
      if (policy.tls?.mode !== 'ISTIO_MUTUAL') continue;
      const bare = [...serversOfRule(subject, written)].find(
        ({ workload, number }) =>
          workload.dataPlane === 'none' ||
          (workload.dataPlane === 'sidecar' &&
            (!interceptsInbound(workload, number) || simulation.peers.modeOf(workload, number).mode === 'DISABLE')),
      );
      const outside = [...servicesOfRule(subject, written)].find(({ external }) => external);
      if (!bare && !outside) continue;
      const who = bare ? `${bare.workload.id} does not take it` : `${outside?.host} is outside of the mesh`;
      yield {
        object,
        path: [...path, 'tls', 'mode'],
        message: `Clients send the mutual TLS of the mesh, and ${who}: the connection fails.`,
        fix: 'Leave tls out: proxies find out who takes mutual TLS.',
      };
    }
  },
};
