import { listed } from '../../manifests/words';
import { ISTIO_ANNOTATIONS } from '../istio-annotations';
import type { Rule } from '../rule';

export const misplacedAnnotation: Rule = {
  code: 'MisplacedAnnotation',
  severity: 'warning',
  summary: 'An annotation of Istio stands on a kind of object on which Istio does not read it',
  aliases: ['IST0107'],
  page: {
    avoid: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop, annotations: {proxy.istio.io/config: "{terminationDrainDuration: 30s}"}}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}}
    spec: {containers: [{name: app, image: menu}]}
`,
    prefer: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}, annotations: {proxy.istio.io/config: "{terminationDrainDuration: 30s}"}}
    spec: {containers: [{name: app, image: menu}]}
`,
    why: `What is about a proxy is read from the pod, so it has to stand in the template. On the Deployment itself Istio
passes over it.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0107/',
      'https://istio.io/latest/docs/reference/config/annotations/',
    ],
  },
  *check({ written }) {
    for (const { object, name, path, on } of written.istioAnnotations) {
      const known = ISTIO_ANNOTATIONS.get(name);
      if (!known || known.on.length === 0 || known.on.includes(on) || UNJUDGED.has(on)) continue;
      const isPods = known.on.includes('Pod');
      yield {
        object,
        path,
        message: `Istio reads '${name}' on a ${listed(known.on, 'or').replaceAll("'", '')}, and this is a ${on}: it does nothing.`,
        fix: isPods ? `spec.template.metadata.annotations: {${name}: …}` : `Put it on the ${known.on[0]}.`,
      };
    }
  },
};

// Their annotations are handed on to pods.
const UNJUDGED = new Set(['WorkloadGroup', 'WorkloadEntry', 'Gateway']);
