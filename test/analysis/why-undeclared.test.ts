import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';

const service = (port: string) => `
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}, ports: [{port: 9000, ${port}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: order, namespace: shop, labels: {app: order, sidecar.istio.io/inject: "true"}}
spec: {containers: [{name: app, image: order}]}
`;
const POLICY = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: order, namespace: shop}
spec: {action: DENY, rules: [{to: [{operation: {paths: [/shop.v1.Order/Refund]}}]}]}
`;
const ROUTE = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: order, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [edge/api]
  http: [{route: [{destination: {host: order.shop.svc.cluster.local, port: {number: 9000}}}]}]
`;

/** What findings that a port declares no protocol say of the reason. */
function reasons(code: string, text: string): string[] {
  const { findings } = analyze(Cluster.of(readManifests([{ name: 'a.yaml', text }]).manifests), RULES);
  return findings
    .filter((finding) => finding.code === code)
    .map(({ message }) => /declares no protocol \((.*?)\)[:,]/.exec(message)?.[1] ?? message);
}

describe.each([
  ['UndeclaredProtocol', ''],
  ['UndeclaredPortUnderPolicy', POLICY],
  ['UndeclaredPortBehindGateway', ROUTE],
])('%s names the cause', (code, more) => {
  test.each([
    ['targetPort: 9000', 'it has no name'],
    ['name: api', "the name 'api' says none"],
    ['appProtocol: grpcs', "Istio does not know its appProtocol 'grpcs'"],
    [
      'name: grpc, appProtocol: example.com/own',
      "Istio does not know its appProtocol 'example.com/own', and the name 'grpc' does not count beside it",
    ],
  ])('of {%s}', (port, reason) => {
    expect(reasons(code, service(port) + more)).toEqual([reason]);
  });

  test.each(['name: grpc', 'name: api, appProtocol: grpc', 'appProtocol: kubernetes.io/h2c'])(
    '%s is declared',
    (port) => {
      expect(reasons(code, service(port) + more)).toEqual([]);
    },
  );
});
