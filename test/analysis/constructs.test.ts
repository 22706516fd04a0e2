import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { Cluster } from '../../src/manifests/cluster';
import { readManifests } from '../../src/manifests/read';

// Objects that a construct made: what it knows better than its manifests say is not guessed at.
const MADE = 'annotations: {cdk8s-grpc-mesh/construct: shop/menu}, ';

function found(text: string) {
  const { findings } = analyze(Cluster.of(readManifests([{ name: 'a.yaml', text }]).manifests), RULES);
  return findings.map(({ code, severity }) => [code, severity]);
}

describe.each([
  ['a level of pod security enforced where Istio may need an init container', 'InitContainerAgainstPodSecurity', []],
  ['a route with a timeout for what is a stream by its name', 'TimeoutOnStream', []],
  ['a Service without pods', 'ServiceWithoutPods', [['ServiceWithoutPods', 'info']]],
])('%s', (_, code, made) => {
  const text = (annotations: string) =>
    ({
      InitContainerAgainstPodSecurity: `
apiVersion: v1
kind: Namespace
metadata:
  {${annotations}name: shop, labels: {istio-injection: enabled, pod-security.kubernetes.io/enforce: restricted}}
`,
      TimeoutOnStream: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {${annotations}name: menu, namespace: shop}
spec:
  hosts: [menu.shop.svc.cluster.local]
  http:
    - match: [{uri: {exact: /coffee.v1.Menu/WatchMenu}}]
      timeout: 10s
      route: [{destination: {host: menu.shop.svc.cluster.local}}]
`,
      ServiceWithoutPods: `
apiVersion: v1
kind: Service
metadata: {${annotations}name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: shop, labels: {app: other}}
spec: {containers: [{name: app, image: app}]}
`,
    })[code] ?? '';

  test('is a warning in manifests of others', () => {
    expect(found(text(''))).toEqual([[code, 'warning']]);
  });

  test('is not in those of a construct', () => {
    expect(found(text(MADE))).toEqual(made);
  });
});
