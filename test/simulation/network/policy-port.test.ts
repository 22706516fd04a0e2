import { isPort, type NetworkPort, type PortSpec } from '../../../src/simulation/network/policy-port';
import { clusterOf, workloadAt } from '../../support/cluster-of';

const CLUSTER = clusterOf(`
apiVersion: v1
kind: Pod
metadata: {name: order, namespace: shop}
spec:
  initContainers:
    - {name: proxy, image: proxy, restartPolicy: Always, ports: [{name: admin, containerPort: 15000}]}
    - {name: setup, image: setup, ports: [{name: setup, containerPort: 9000}]}
  containers:
    - {name: app, image: app, ports: [{name: grpc, containerPort: 50051}, {name: dns, containerPort: 53, protocol: UDP}]}
`);

const GRPC: NetworkPort = { number: 50051, protocol: 'TCP' };

test.each<[PortSpec, NetworkPort, boolean]>([
  [{}, GRPC, true],
  [{ protocol: 'TCP' }, GRPC, true],
  [{ protocol: 'UDP' }, GRPC, false],
  [{ protocol: null, port: null }, GRPC, true],
  [{ port: 50051 }, GRPC, true],
  [{ port: 50052 }, GRPC, false],
  [{ port: 50051 }, { number: 50051, protocol: 'UDP' }, false],
  [{ port: 50051, protocol: 'SCTP' }, { number: 50051, protocol: 'SCTP' }, true],
  [{ port: 50000, endPort: 50051 }, GRPC, true],
  [{ port: 50051, endPort: 50060 }, GRPC, true],
  [{ port: 50000, endPort: 50050 }, GRPC, false],
  [{ port: 50052, endPort: 50060 }, GRPC, false],
  [{ port: 'grpc' }, GRPC, true],
  [{ port: 'grpc' }, { number: 8080, protocol: 'TCP' }, false],
  [{ port: 'http' }, GRPC, false],
  [{ port: 'http' }, { number: 8080, name: 'http', protocol: 'TCP' }, true],
  [{ port: 'dns', protocol: 'UDP' }, { number: 53, protocol: 'UDP' }, true],
  [{ port: 'dns' }, { number: 53, protocol: 'TCP' }, false],
  [{ port: 'admin' }, { number: 15000, protocol: 'TCP' }, true],
  [{ port: 'setup' }, { number: 9000, protocol: 'TCP' }, false],
])('%j means %j: %s', (spec, port, means) => {
  expect(isPort(spec, port, workloadAt(CLUSTER, 'shop/order'))).toBe(means);
});
