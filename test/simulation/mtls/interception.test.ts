import { interceptsInbound, interceptsOutbound } from '../../../src/simulation/mtls/interception';
import { clusterOf, workloadAt } from '../../support/cluster-of';

function pod(annotations: string) {
  const cluster = clusterOf(`
apiVersion: v1
kind: Pod
metadata: {name: order, namespace: shop, annotations: ${annotations}}
spec: {containers: [{name: order, image: order}]}
`);
  return workloadAt(cluster, 'shop/order');
}

describe('a sidecar intercepts', () => {
  test.each([
    ['{}', true],
    ["{traffic.sidecar.istio.io/excludeInboundPorts: '8080, 50051'}", false],
    ["{traffic.sidecar.istio.io/excludeInboundPorts: '5005'}", true],
    ["{traffic.sidecar.istio.io/includeInboundPorts: '*'}", true],
    ["{traffic.sidecar.istio.io/includeInboundPorts: '8080'}", false],
    ["{traffic.sidecar.istio.io/includeInboundPorts: ''}", false],
    [
      "{traffic.sidecar.istio.io/includeInboundPorts: '50051', traffic.sidecar.istio.io/excludeInboundPorts: '50051'}",
      true,
    ],
    ["{traffic.sidecar.istio.io/excludeOutboundPorts: '50051'}", true],
  ])('what comes in, with %s: %s', (annotations, intercepted) => {
    expect(interceptsInbound(pod(annotations), 50051)).toBe(intercepted);
  });

  test.each([
    ['{}', true],
    ["{traffic.sidecar.istio.io/excludeOutboundPorts: '50051'}", false],
    ["{traffic.sidecar.istio.io/excludeOutboundPorts: '5005'}", true],
    ["{traffic.sidecar.istio.io/excludeInboundPorts: '50051'}", true],
  ])('what goes out, with %s: %s', (annotations, intercepted) => {
    expect(interceptsOutbound(pod(annotations), 50051)).toBe(intercepted);
  });
});
