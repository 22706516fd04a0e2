import type { Kind } from '../../manifests/types';
import type { Rule } from '../rule';

export const namespaceNotInjected: Rule = {
  code: 'NamespaceNotInjected',
  severity: 'warning',
  summary: 'A namespace has objects of the mesh, and no label by which its pods join the mesh',
  aliases: ['IST0102'],
  page: {
    avoid: `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [istio-system/*]}]}
`,
    prefer: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: [istio-system/*]}]}
`,
    why: `Without a label of its namespace, or one of its own, a pod gets no proxy: nothing enforces the policies that are
there, and its connections are plaintext.
istioctl reports every namespace without the label, also those with nothing of the mesh in them.`,
    unless:
      'Each pod has the label sidecar.istio.io/inject. Namespaces whose pods all are in the mesh are not reported.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0102/',
      'https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/',
    ],
  },
  *check({ cluster, selection }) {
    for (const object of cluster.objects('Namespace')) {
      const { name, labels } = object;
      if (name === cluster.mesh.rootNamespace || LABELS.some((label) => label in labels)) continue;
      const own = KINDS.find((kind) => cluster.objects(kind, name).length > 0);
      const pods = selection.by(name);
      if (!own || (pods.length > 0 && pods.every(({ dataPlane }) => dataPlane !== 'none'))) continue;
      yield {
        object,
        path: ['metadata'],
        message: `Namespace ${name} holds a ${own.split('/')[1]} and has no label for injection: its pods stay outside of the mesh.`,
        fix: 'labels: {istio-injection: enabled}',
      };
    }
  },
};

const LABELS = ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode', 'sidecar.istio.io/inject'];

const KINDS: readonly Kind[] = ['security.istio.io/PeerAuthentication', 'networking.istio.io/Sidecar'];
