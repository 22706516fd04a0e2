import { isObject, type Json, type JsonObject } from '../../manifests/json';
import type { Manifest } from '../../manifests/manifest';
import type { Path } from '../../manifests/path';
import { valueAt } from '../../manifests/value-at';
import { ISTIO_ANNOTATIONS } from '../istio-annotations';
import type { Rule } from '../rule';

export const deprecatedAnnotation: Rule = {
  code: 'DeprecatedAnnotation',
  severity: 'info',
  summary: 'An annotation of Istio is deprecated',
  aliases: ['IST0135'],
  page: {
    avoid: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}, annotations: {sidecar.istio.io/inject: "true"}}
    spec: {containers: [{name: app, image: menu}]}
`,
    prefer: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu, sidecar.istio.io/inject: "true"}}
    spec: {containers: [{name: app, image: menu}]}
`,
    why: `It will go. sidecar.istio.io/inject as an annotation is the one that bites today: the API server asks the injector
only about pods with the label, where the namespace is not labelled.`,
    unless: 'An old Istio has to read it.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0135/',
      'https://istio.io/latest/docs/reference/config/annotations/',
    ],
  },
  *check({ written }) {
    for (const { object, name, value, path } of written.istioAnnotations) {
      if (!ISTIO_ANNOTATIONS.get(name)?.deprecated) continue;
      // Who has written the label as well knows, and has the annotation for an old Istio.
      if (name === 'sidecar.istio.io/inject' && name in labelsBeside(object, path)) continue;
      yield {
        object,
        path,
        message: `The annotation '${name}' is deprecated, and will be gone in some version of Istio.`,
        fix: name === 'sidecar.istio.io/inject' ? `labels: {${name}: "${value}"}` : 'Leave it out.',
      };
    }
  },
};

/** Of the object, or of the pods, whose annotation that is. */
function labelsBeside({ body }: Manifest<unknown>, path: Path): JsonObject {
  const metadata = valueAt(body as Json, path.slice(0, -2));
  return isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
}
