import type { Rule } from '../rule';

export const injectLabelOnNamespace: Rule = {
  code: 'InjectLabelOnNamespace',
  severity: 'error',
  summary: 'A namespace has the label that is for pods, so its pods get no sidecar',
  aliases: [],
  page: {
    avoid: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {sidecar.istio.io/inject: "true"}}
`,
    prefer: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`,
    why: `The injector reads istio-injection or istio.io/rev of a namespace, and sidecar.istio.io/inject of a pod. On a
namespace that label does nothing: pods stay outside of the mesh, where no policy is enforced.`,
    unless: 'Never.',
    see: ['https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy'],
  },
  *check({ cluster }) {
    const label = 'sidecar.istio.io/inject';
    for (const object of cluster.objects('Namespace')) {
      if (!(label in object.labels)) continue;
      const isOn = object.labels[label] === 'true';
      yield {
        object,
        path: ['metadata', 'labels', label],
        message: `'${label}' is a label of pods, and does nothing on a namespace.`,
        fix: `istio-injection: ${isOn ? 'enabled' : 'disabled'}`,
      };
    }
  },
};
