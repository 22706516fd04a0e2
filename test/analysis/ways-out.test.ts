import { analyze } from '../../src/analysis/analyze';
import { RULES } from '../../src/analysis/rules';
import { clusterOf } from '../support/cluster-of';

/** Pods of a gateway, and a Gateway object of a mode that selects them. */
const gateway = (mode: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: egress, namespace: exits}
spec:
  selector: {matchLabels: {istio: egress}}
  template:
    metadata: {labels: {istio: egress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {serviceAccountName: egress, containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: exits}
spec: {selector: {istio: egress}, ports: [{name: http2, port: 443, targetPort: 8443}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: exits}
spec:
  selector: {istio: egress}
  servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ['shop/api.example.com'], tls: {${mode}}}]
---
`;
const WAY_OUT = gateway('mode: ISTIO_MUTUAL');
const WAY_IN = gateway('mode: SIMPLE, credentialName: tls');

const INGRESS = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingress}
  servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ['shop/shop.example'], tls: {mode: SIMPLE, credentialName: tls}}]
---
`;

function found(code: string, ...files: string[]): string[] {
  const { findings } = analyze(clusterOf(files.join('')), RULES);
  return findings.filter((it) => it.code === code).map(({ object }) => object.replace(/^.*\//, ''));
}

describe('a Gateway whose pods are in other files', () => {
  test('is no mistake beside a way out, which says nothing of the ways in', () => {
    expect(found('GatewayWithoutPods', WAY_OUT, INGRESS)).toEqual([]);
  });

  test('is one beside another way in, whose labels were meant', () => {
    expect(found('GatewayWithoutPods', WAY_IN, INGRESS)).toEqual(['edge']);
  });
});

const CALLER = `
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
    metadata: {labels: {app: order}}
    spec: {serviceAccountName: order, containers: [{name: app, image: order}]}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [istio-system/*, ./api.example.com]}], outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: egress, namespace: exits}
spec:
  selector: {matchLabels: {istio: egress}}
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/order]}}]}]
---
`;
const SERVER = WAY_OUT.replace(', annotations: {inject.istio.io/templates: gateway}', '').concat(`
apiVersion: v1
kind: Namespace
metadata: {name: exits, labels: {istio-injection: enabled}}
---
`);

describe('a caller whose Sidecar does not import whom it may call', () => {
  test('gets to a gateway by the routes of other hosts', () => {
    expect(found('CallerCannotSee', CALLER, WAY_OUT)).toEqual([]);
  });

  test('does not get to a server', () => {
    expect(found('CallerCannotSee', CALLER, SERVER)).toEqual(['egress']);
  });
});
