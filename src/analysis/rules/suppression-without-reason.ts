import type { Rule } from '../rule';
import { SUPPRESS } from '../suppression';

export const suppressionWithoutReason: Rule = {
  code: 'SuppressionWithoutReason',
  severity: 'warning',
  summary: 'An annotation silences a rule and does not say why, so it silences nothing',
  aliases: [],
  page: {
    avoid: `
apiVersion: v1
kind: Service
metadata:
  name: order
  namespace: shop
  annotations: {suppress.cdk8s-grpc-mesh/UndeclaredProtocol: ""}
spec: {selector: {app: order}, ports: [{name: api, port: 8080}]}
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
    why: `The reason is for those who read the YAML later: without it they cannot tell whether it still holds. An empty
one silences nothing.`,
    unless: 'Never.',
    see: ['https://istio.io/latest/docs/ops/diagnostic-tools/istioctl-analyze/'],
  },
  *check({ cluster }) {
    for (const object of cluster.manifests) {
      for (const [key, reason] of Object.entries(object.annotations)) {
        if (!key.startsWith(SUPPRESS) || reason.trim() !== '') continue;
        yield {
          object,
          path: ['metadata', 'annotations', key],
          message: `'${key}' has no reason, so it silences nothing.`,
          fix: `${key}: "why this is right here"`,
        };
      }
    }
  },
};
