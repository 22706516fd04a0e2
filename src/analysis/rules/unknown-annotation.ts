import { nearest } from '../../manifests/words';
import { ISTIO_ANNOTATIONS } from '../istio-annotations';
import type { Rule } from '../rule';

export const unknownAnnotation: Rule = {
  code: 'UnknownAnnotation',
  severity: 'warning',
  summary: 'An annotation looks like one of Istio, which has none of that name',
  aliases: ['IST0108'],
  page: {
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop, annotations: {networking.istio.io/export-to: "."}}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop, annotations: {networking.istio.io/exportTo: "."}}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    why: 'Istio reads the annotations that it knows and passes over others without a word: what was meant is not in force.',
    unless: 'Another version of Istio, or an operator, reads it. This library knows the annotations of Istio 1.31.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0108/',
      'https://istio.io/latest/docs/reference/config/annotations/',
    ],
  },
  *check({ written }) {
    for (const { object, name, path } of written.istioAnnotations) {
      if (ISTIO_ANNOTATIONS.has(name) || name.startsWith('install.') || name.startsWith('operator.')) continue;
      const near = nearest(name, [...ISTIO_ANNOTATIONS.keys()]);
      yield {
        object,
        path,
        message: `Istio has no annotation '${name}', so it does nothing.${near === undefined ? '' : ` Did you mean '${near}'?`}`,
        fix: near === undefined ? 'Leave it out.' : `${near}: …`,
      };
    }
  },
};
