import type { Rule } from '../rule';

export const twoInjectionLabels: Rule = {
  code: 'TwoInjectionLabels',
  severity: 'warning',
  summary: 'A namespace has two labels that say how its pods join the mesh',
  aliases: ['IST0123'],
  page: {
    avoid: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled, istio.io/rev: canary}}
`,
    prefer: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/rev: canary}}
`,
    why: `istio-injection beats istio.io/rev: the pods get the proxy of the default revision, and the upgrade to the other
never reaches them. With istio.io/dataplane-mode: ambient they get a sidecar, and are not in ambient mode.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0123/',
      'https://istio.io/latest/docs/setup/upgrade/canary/#data-plane',
    ],
  },
  *check({ cluster }) {
    for (const object of cluster.objects('Namespace')) {
      const other = ['istio.io/rev', 'istio.io/dataplane-mode'].find((label) => object.labels[label]);
      if (!other || object.labels['istio-injection'] !== 'enabled' || object.labels[other] === 'none') continue;
      yield {
        object,
        path: ['metadata', 'labels', other],
        message: `Beside istio-injection the label '${other}: ${object.labels[other]}' counts for nothing.`,
        fix: 'Leave one of the two labels out.',
      };
    }
  },
};
