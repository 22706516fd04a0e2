import { ISTIO_DEFAULTS } from '../../src/manifests/mesh-settings';
import { clusterOf } from '../support/cluster-of';

const configMap = (name: string, mesh: string, namespace = 'istio-system') => `
apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, namespace: ${namespace}}
data: {mesh: ${JSON.stringify(mesh)}}
---
`;

test.each([
  ['there is none', ''],
  ['it is of something else', configMap('istio2', 'trustDomain: other')],
])('the mesh is as Istio is installed where %s', (_, yaml) => {
  expect(clusterOf(yaml).mesh).toEqual(ISTIO_DEFAULTS);
});

test.each(['istio', 'istio-1-31'])(
  'the mesh is as ConfigMap %s says, and as Istio is installed where that says nothing',
  (name) => {
    expect(clusterOf(configMap(name, 'trustDomain: shop.example\nenableAutoMtls: false')).mesh).toEqual({
      ...ISTIO_DEFAULTS,
      trustDomain: 'shop.example',
      enableAutoMtls: false,
      extensionProviders: [],
      stated: true,
    });
  },
);

test('the root namespace is that of the ConfigMap where it names none', () => {
  expect(clusterOf(configMap('istio', 'trustDomain: a', 'mesh-system')).mesh.rootNamespace).toBe('mesh-system');
  expect(clusterOf(configMap('istio', 'rootNamespace: b', 'mesh-system')).mesh.rootNamespace).toBe('b');
});

test('of several ConfigMaps the first counts', () => {
  const both = configMap('istio', 'trustDomain: a') + configMap('istio-canary', 'trustDomain: b');
  expect(clusterOf(both).mesh.trustDomain).toBe('a');
});

test('whoever asks knows better', () => {
  const { mesh } = clusterOf(configMap('istio', 'trustDomain: a'), { mesh: { trustDomain: 'b' } });
  expect(mesh.trustDomain).toBe('b');
});
