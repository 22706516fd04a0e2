import { didYouMean } from '../../manifests/words';
import type { Rule } from '../rule';
import { SUPPRESS } from '../suppression';

export const unknownSuppression: Rule = {
  code: 'UnknownSuppression',
  severity: 'warning',
  summary: 'An annotation silences a rule that does not exist',
  aliases: [],
  page: {
    avoid: `
apiVersion: v1
kind: Service
metadata:
  name: order
  namespace: shop
  annotations: {suppress.cdk8s-grpc-mesh/UndeclaredProtocoll: "nothing of the mesh calls it"}
spec: {selector: {app: order}, ports: [{name: http, port: 8080}]}
`,
    prefer: `
apiVersion: v1
kind: Service
metadata:
  name: order
  namespace: shop
  annotations: {suppress.cdk8s-grpc-mesh/UndeclaredProtocol: "nothing of the mesh calls it"}
spec: {selector: {app: order}, ports: [{name: api, port: 8080}]}
`,
    why: 'The name after the slash is the code of a rule, or its alias in another tool. Of no rule, it silences nothing.',
    unless: 'Never.',
    see: ['https://istio.io/latest/docs/ops/diagnostic-tools/istioctl-analyze/'],
  },
  *check({ cluster, codes }) {
    const known = new Set(codes);
    for (const object of cluster.manifests) {
      for (const key of Object.keys(object.annotations)) {
        if (!key.startsWith(SUPPRESS) || known.has(key.slice(SUPPRESS.length))) continue;
        const code = key.slice(SUPPRESS.length);
        yield {
          object,
          path: ['metadata', 'annotations', key],
          message: `There is no rule '${code}', so nothing is silenced.${didYouMean(code, [...known])}`,
          fix: 'Write the code of a rule, or take the annotation away.',
        };
      }
    }
  },
};
