import { workloadPorts } from '../../simulation/mtls/workload-ports';
import type { Rule } from '../rule';

export const portLevelMtlsOnServicePort: Rule = {
  code: 'PortLevelMtlsOnServicePort',
  severity: 'error',
  summary: 'A mode of portLevelMtls names the port of a Service where it means that of the container',
  aliases: [],
  page: {
    given: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  template:
    metadata: {labels: {app: payment}}
    spec: {containers: [{name: app, image: payment}]}
---
apiVersion: v1
kind: Service
metadata: {name: payment, namespace: shop}
spec: {selector: {app: payment}, ports: [{name: grpc, port: 80, targetPort: 50051}]}
`,
    avoid: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  portLevelMtls: {80: {mode: STRICT}}
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  portLevelMtls: {50051: {mode: STRICT}}
`,
    why: `The proxy beside the container sees the port that the pod listens to. A mode for another port is for none, and
the port that was meant keeps the mode of the namespace or the mesh.`,
    unless: 'The pods listen to that port too, and do not say so.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
      'https://istio.io/latest/docs/tasks/security/authentication/authn-policy/#enable-mutual-tls-per-workload',
    ],
  },
  *check({ cluster, selection }) {
    for (const object of cluster.objects('security.istio.io/PeerAuthentication')) {
      const said = Object.keys(object.body.spec?.portLevelMtls ?? {});
      if (said.length === 0) continue;
      const ports = selection.of(object).flatMap((it) => workloadPorts(cluster, it));
      for (const key of said) {
        if (ports.some(({ number }) => String(number) === key)) continue;
        const meant = ports.find(({ fronts }) => fronts.some(({ port }) => String(port.number) === key));
        if (!meant) continue;
        yield {
          object,
          path: ['spec', 'portLevelMtls', key],
          message: `Port ${key} is that of a Service; the pods behind it listen to ${meant.number}, of which nothing is said here.`,
          fix: `${meant.number}: {mode: ${object.body.spec?.portLevelMtls?.[key]?.mode ?? 'STRICT'}}`,
        };
      }
    }
  },
};
