import { Cilium } from '../../../src/simulation/mtls/cilium';
import { clusterOf, workloadAt } from '../../support/cluster-of';

function cilium(yaml: string, labels = '{}') {
  const cluster = clusterOf(`
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: ${labels}}
---
apiVersion: v1
kind: Pod
metadata: {name: order, namespace: shop, labels: {app: order}}
spec: {containers: [{name: app, image: app}]}
---
apiVersion: v1
kind: Pod
metadata: {name: order, namespace: elsewhere, labels: {app: order}}
spec: {containers: [{name: app, image: app}]}
---
${yaml}`);
  const found = Cilium.of(cluster);
  return {
    present: found.present,
    ...found.encryptionOf(workloadAt(cluster, 'shop/order')),
    elsewhere: found.encryptionOf(workloadAt(cluster, 'elsewhere/order')),
  };
}

const config = (data: string) => `
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: ${data}
---
`;

const AUTHENTICATED = `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: order, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: order}}, ingress: [{authentication: {mode: required}}]}
---
`;

test.each([
  ['without its settings is not known', AUTHENTICATED, 'unknown'],
  ['with WireGuard is encrypted', config("{enable-wireguard: 'true'}"), 'encrypted'],
  ['with IPsec is encrypted', config("{enable-ipsec: 'true'}"), 'encrypted'],
  ['without either is not', config("{enable-wireguard: 'false'}"), 'plaintext'],
  ['that is authenticated is not encrypted by that', AUTHENTICATED + config('{}'), 'plaintext'],
  [
    'that is authenticated is encrypted by WireGuard',
    AUTHENTICATED + config("{enable-wireguard: 'true'}"),
    'encrypted',
  ],
  [
    'with ztunnel is not encrypted in a namespace that does not want it',
    config("{enable-ztunnel: 'true'}"),
    'plaintext',
  ],
])('a connection %s', (_, yaml, status) => {
  expect(cilium(yaml)).toMatchObject({ status, present: true });
});

test('ztunnel encrypts what comes from namespaces like its own', () => {
  const found = cilium(config("{enable-ztunnel: 'true'}"), "{io.cilium/mtls-enabled: 'true'}");
  expect(found.status).toBe('optional');
  expect(found.elsewhere).toMatchObject({ status: 'unknown', missing: ['the labels of namespace elsewhere'] });
});

test('what is only authenticated is told apart', () => {
  expect(cilium(AUTHENTICATED + config('{}')).reasons).toMatchObject([
    {
      text: expect.stringMatching(
        /^CiliumNetworkPolicy order requires mutual authentication, which encrypts nothing; /,
      ),
      object: { name: 'order' },
    },
  ]);
});

test('nothing of Cilium is there without its objects', () => {
  expect(cilium('').present).toBe(false);
});
