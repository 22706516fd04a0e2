import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { clusterOf } from '../support/cluster-of';

/** What rules say of the `tls` of a DestinationRule to pods with these annotations, in a STRICT namespace. */
function found(mode: string, annotations: string): string[] {
  const cluster = clusterOf(`
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
    metadata: {labels: {app: order}, annotations: {${annotations}}}
    spec: {containers: [{name: app, image: order}]}
---
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}, ports: [{name: grpc, port: 80, targetPort: 50051}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: order, namespace: shop}
spec: {host: order.shop.svc.cluster.local, trafficPolicy: {tls: {mode: ${mode}}}}
`);
  const codes = analyze(cluster, RULES).findings.map(({ code }) => code);
  return codes.filter((code) => /^(TlsToMeshService|PlaintextToStrictServer|MtlsToServerWithoutMesh)$/.test(code));
}

const SEEN = 'traffic.sidecar.istio.io/excludeInboundPorts: "80"';
const EXCLUDED = 'traffic.sidecar.istio.io/excludeInboundPorts: "50051"';
const NOT_INCLUDED = 'traffic.sidecar.istio.io/includeInboundPorts: "8080"';

test.each([
  ['SIMPLE', SEEN, ['TlsToMeshService']],
  ['SIMPLE', EXCLUDED, []],
  ['SIMPLE', NOT_INCLUDED, []],
  ['DISABLE', SEEN, ['PlaintextToStrictServer']],
  ['DISABLE', EXCLUDED, []],
  ['DISABLE', NOT_INCLUDED, []],
  ['ISTIO_MUTUAL', SEEN, []],
  ['ISTIO_MUTUAL', EXCLUDED, ['MtlsToServerWithoutMesh']],
  ['ISTIO_MUTUAL', NOT_INCLUDED, ['MtlsToServerWithoutMesh']],
])('a client that speaks %s to a port is told what its sidecar makes of it, with %s', (mode, annotations, codes) => {
  expect(found(mode, annotations)).toEqual(codes);
});
