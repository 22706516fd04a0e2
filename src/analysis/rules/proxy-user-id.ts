import { podPath } from '../pod-path';
import type { Rule } from '../rule';

export const proxyUserId: Rule = {
  code: 'ProxyUserId',
  severity: 'error',
  summary: 'A container runs as user 1337, whose connections the sidecar does not see',
  aliases: ['IST0144'],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`,
    avoid: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}}
    spec: {containers: [{name: app, image: menu, securityContext: {runAsUser: 1337}}]}
`,
    prefer: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}}
    spec: {containers: [{name: app, image: menu, securityContext: {runAsUser: 10001}}]}
`,
    why: `The sidecar runs as user 1337, and the rules that redirect connections to it exempt that user. What an
application sends as this user passes by the mesh: plaintext, without routes and without an identity.
istioctl reports pods without a sidecar too.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0144/',
      'https://istio.io/latest/docs/ops/deployment/application-requirements/',
    ],
  },
  *check({ cluster }) {
    for (const workload of cluster.workloads) {
      if (workload.dataPlane !== 'sidecar' && workload.dataPlane !== 'unknown') continue;
      const path = [...podPath(workload), 'spec'];
      const places = [
        { user: workload.spec.securityContext?.runAsUser, at: [...path, 'securityContext', 'runAsUser'] },
        ...workload.containers.map(({ name, securityContext }, index) => ({
          user: name === 'istio-proxy' ? undefined : securityContext?.runAsUser,
          at: [...path, 'containers', index, 'securityContext', 'runAsUser'],
        })),
      ];
      for (const { user, at } of places) {
        if (user !== 1337) continue;
        yield {
          object: workload.manifest,
          path: at,
          message: 'User 1337 is that of the sidecar: what this container sends passes by the mesh.',
          fix: 'runAsUser: 10001',
        };
      }
    }
  },
};
