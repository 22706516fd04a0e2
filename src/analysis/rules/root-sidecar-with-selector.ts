import type { Rule } from '../rule';

export const rootSidecarWithSelector: Rule = {
  code: 'RootSidecarWithSelector',
  severity: 'warning',
  summary: 'A Sidecar of the root namespace has a selector, and is not the default of the mesh',
  aliases: ['KIA1006'],
  page: {
    avoid: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: istio-system}
spec: {workloadSelector: {labels: {app: menu}}, egress: [{hosts: [./*, istio-system/*]}]}
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: istio-system}
spec: {egress: [{hosts: [./*, istio-system/*]}]}
`,
    why: `Without a selector a Sidecar of the root namespace is the default of every namespace that has none. With one it is
for pods of the root namespace alone.`,
    unless: 'It is for pods of the root namespace.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/',
      'https://kiali.io/docs/features/validations/',
    ],
  },
  *check({ cluster, selection }) {
    const root = cluster.mesh.rootNamespace;
    for (const object of cluster.objects('networking.istio.io/Sidecar', root)) {
      const selector = object.body.spec?.workloadSelector;
      if (!selector || selection.by(root, selector.labels).length > 0) continue;
      yield {
        object,
        path: ['spec', 'workloadSelector'],
        message: `In the root namespace ${root} a Sidecar with a selector is for pods of ${root} only, and no pod there has these labels.`,
        fix: 'Leave workloadSelector out, or move the Sidecar to the namespace of the pods.',
      };
    }
  },
};
