import { AccessMatrix } from '../../../src/simulation/access/access-matrix';
import { Simulated } from '../../support/simulated';

const POD = (name: string, labels = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}${labels}}}
    spec: {serviceAccountName: ${name}, containers: [{name: app, image: ${name}}]}
---
`;
const PODS = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
${POD('order')}${POD('web')}${POD('bare', ", sidecar.istio.io/inject: 'false'")}
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: web, namespace: shop}
spec: {workloadSelector: {labels: {app: web}}, egress: [{hosts: [istio-system/*]}], outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
---
`;
const OUTSIDE = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec: {hosts: [api.example.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 443, name: grpc, protocol: GRPC}]}
---
`;
const ROUTES = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  http: [{match: [{uri: {exact: /api.v1.Api/Get}}], route: [{destination: {host: api.example.com, port: {number: 443}}}]}]
---
`;

function lines(yaml: string): string[] {
  const { cells } = AccessMatrix.of(new Simulated(yaml).simulation);
  return cells.map(({ party, rpc, outcome }) => `${party.name} -> ${rpc.name}: ${outcome}`);
}

test('a host outside is listed where routes name its RPCs, with those whose proxy leads there', () => {
  expect(lines(PODS + OUTSIDE + ROUTES)).toEqual(['shop/order -> api.example.com Get: allow']);
});

test('a host outside of which nobody names anything is not listed', () => {
  expect(lines(PODS + OUTSIDE)).toEqual([]);
});
