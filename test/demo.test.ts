import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summary } from '../projenrc/summary';

const SHOP = `
kind: Service
metadata: { name: order, namespace: shop }
spec:
  selector: { app: order }
  ports: [{ name: grpc, port: 50051, appProtocol: grpc }, { name: http-admin, port: 8080, appProtocol: http }]
---
kind: VirtualService
metadata: { name: order, namespace: shop }
spec:
  hosts: [order.shop.svc.cluster.local]
  http:
    - match: [{ uri: { exact: /shop.v1.Order/Place } }, { uri: { exact: /shop.v1.Stats/Get } }]
      route: [{ destination: { host: order.shop.svc.cluster.local } }]
    - route: [{ destination: { host: order.shop.svc.cluster.local } }]
---
kind: VirtualService
metadata: { name: edge, namespace: shop }
spec:
  hosts: [api.example.com]
  gateways: [shop/edge]
  http:
    - match: [{ uri: { exact: /shop.v1.Order/Place } }]
      route: [{ destination: { host: order.shop.svc.cluster.local } }]
---
kind: AuthorizationPolicy
metadata: { name: order, namespace: shop }
spec:
  selector: { matchLabels: { app: order } }
  rules:
    - from: [{ source: { principals: [cluster.local/ns/bank/sa/teller] } }]
      to: [{ operation: { paths: [/shop.v1.Order/Place], ports: ["50051"] } }]
    - from: [{ source: { principals: ["*"] } }]
      to: [{ operation: { ports: ["8080"] } }]
`;

const BANK = `
kind: AuthorizationPolicy
metadata: { name: allow-nothing, namespace: bank }
spec: {}
---
kind: AuthorizationPolicy
metadata: { name: teller, namespace: bank }
spec:
  selector: { matchLabels: { app: teller } }
`;

test('the summary of the demo comes from the YAML', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'));
  try {
    writeFileSync(join(folder, 'shop.k8s.yaml'), SHOP);
    writeFileSync(join(folder, 'bank.k8s.yaml'), BANK);
    expect(summary(folder)).toBe(`The YAML is in
  ${folder}/bank.k8s.yaml  2 objects
  ${folder}/shop.k8s.yaml  4 objects

service      serves                                     called by                                ingress hosts
bank/teller  -                                          nobody
shop/order   shop.v1.Order, shop.v1.Stats (grpc 50051)  bank/teller: Place                       api.example.com
             http-admin 8080                            everybody in the mesh: all of port 8080
`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
