import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { clusterOf } from '../support/cluster-of';

const PODS = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}}
    spec: {containers: [{name: app, image: menu}]}
---
`;

const service = (name: string, ports: string) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: menu}, ports: [${ports}]}
---
`;

const GRPC = '{name: grpc, port: 80, targetPort: 50051}';
const TCP = '{name: tcp, port: 81, targetPort: 50051}';

function found(...services: string[]) {
  const { findings } = analyze(clusterOf(PODS + services.join('')), RULES);
  return findings
    .filter(({ code }) => code === 'PortsInConflict')
    .map(({ path, message }) => [path.join('.'), message]);
}

test('two Services that declare one port of a pod differently are told of', () => {
  const message =
    'menu.shop.svc.cluster.local declares port 50051 of shop/menu as grpc, and this Service as tcp: the older of the two counts.';
  expect(found(service('menu', GRPC), service('raw', TCP))).toEqual([['spec.ports.0', message]]);
});

test('so are two ports of one Service', () => {
  const message = 'Port 80 declares port 50051 of shop/menu as grpc, and port 81 as tcp: one of the two counts.';
  expect(found(service('menu', `${GRPC}, ${TCP}`))).toEqual([['spec.ports.1', message]]);
});

test('two ports that declare the same are not', () => {
  expect(found(service('menu', `${GRPC}, ${TCP.replace('tcp', 'grpc-raw')}`))).toEqual([]);
  expect(found(service('menu', `${GRPC}, ${TCP.replace('50051', '50052')}`))).toEqual([]);
});
