import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { clusterOf } from '../support/cluster-of';

const gateway = (name: string, selector: string, port: number, host = 'api.example.com') => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: shop}
spec:
  selector: ${selector}
  servers:
    - port: {number: ${port}, name: https, protocol: HTTPS}
      hosts: [${host}]
      tls: {mode: SIMPLE, credentialName: ${name}-tls}
---
`;

const pods = (labels: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: edge, namespace: edge}
spec:
  selector: {matchLabels: ${labels}}
  template:
    metadata: {labels: ${labels}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
`;

const service = (ports: string) => `
apiVersion: v1
kind: Service
metadata: {name: edge, namespace: edge}
spec: {selector: {istio: edge}, ports: [${ports}]}
---
`;

function found(...texts: string[]) {
  const { findings } = analyze(clusterOf(texts.join('')), RULES);
  return findings
    .filter(({ code }) => code === 'GatewaysInConflict')
    .map(({ object, message }) => `${object.replace(/^.*\//, '')}: ${message}`);
}

const REPORT = 'b: Gateway shop/a has api.example.com on port 443 already, so istiod leaves this server out.';

test.each([
  ['one asks for more labels', '{istio: edge}', '{istio: edge, app: edge}'],
  ['each asks for another label', '{istio: edge}', '{app: edge}'],
  ['one asks for none', '{}', '{app: edge}'],
])('two Gateways of the same pods are in conflict also if %s', (_, one, other) => {
  const both = gateway('a', one, 443) + gateway('b', other, 443);
  expect(found(pods('{istio: edge, app: edge}'), both)).toEqual([REPORT]);
});

test('so are they of pods that are elsewhere, of which one asks for more labels', () => {
  expect(found(gateway('a', '{istio: edge}', 443), gateway('b', '{istio: edge, app: edge}', 443))).toEqual([REPORT]);
});

test('no pod is known to have the labels of both, and they are not', () => {
  const both = gateway('a', '{istio: edge}', 443) + gateway('b', '{app: edge}', 443);
  expect(found(both)).toEqual([]);
  expect(found(pods('{istio: edge}'), both)).toEqual([]);
});

test('two hosts on one port of the same pods are no conflict', () => {
  const all = [gateway('a', '{istio: edge}', 443), gateway('b', '{app: edge}', 443, 'www.example.com')];
  expect(found(pods('{istio: edge, app: edge}'), ...all)).toEqual([]);
});

test('two ports that the Service leads to one port of the pods are one', () => {
  const all = [pods('{istio: edge}'), gateway('a', '{istio: edge}', 443), gateway('b', '{istio: edge}', 8443)];
  const report =
    'b: Gateway shop/a has api.example.com on port 8443 of the pods already, so istiod leaves this server out.';
  expect(found(...all, service('{name: https, port: 443, targetPort: 8443}'))).toEqual([report]);
  expect(found(...all, service('{name: https, port: 443, targetPort: 9443}'))).toEqual([]);
});

test('one name for VirtualServices of two namespaces takes the port away', () => {
  const all = [gateway('a', '{istio: edge}', 443, './api.example.com'), gateway('b', '{istio: edge}', 443)];
  const report =
    'b: Gateway shop/a has api.example.com on port 443 for VirtualServices of other namespaces, so Envoy refuses the port, with all servers on it.';
  expect(found(...all)).toEqual([report]);
});

test('in one server it does not, nor on two ports, nor where TLS passes through', () => {
  const scoped = gateway('a', '{istio: edge}', 443, './api.example.com');
  const passing = (text: string) => text.replace(/mode: SIMPLE, .*}/, 'mode: PASSTHROUGH}');
  expect(found(gateway('a', '{istio: edge}', 443, './api.example.com, api.example.com'))).toEqual([]);
  expect(found(scoped, gateway('b', '{istio: edge}', 8443))).toEqual([]);
  expect(found(passing(scoped), passing(gateway('b', '{istio: edge}', 443)))).toEqual([]);
});
