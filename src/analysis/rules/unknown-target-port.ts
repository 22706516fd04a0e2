import { containerPort } from '../../manifests/service';
import { listed } from '../../manifests/words';
import type { Rule } from '../rule';

export const unknownTargetPort: Rule = {
  code: 'UnknownTargetPort',
  severity: 'error',
  summary: 'A Service leads to a named port that no container of its pods has',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}}
    spec: {containers: [{name: app, image: menu, ports: [{name: grpc, containerPort: 50051}]}]}
`,
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 80, targetPort: api}]}
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 80, targetPort: grpc}]}
`,
    why: `A name in targetPort is that of a port of a container. Without one the Service has no endpoints for it, and calls
fail with status 14.`,
    unless: 'Never.',
    see: ['https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports'],
  },
  *check({ cluster }) {
    for (const service of cluster.services.values()) {
      const behind = service.kind === 'Service' ? cluster.workloadsOf(service) : [];
      if (behind.length === 0 || behind.some(({ dataPlane }) => dataPlane === 'gateway')) continue;
      for (const [index, port] of service.ports.entries()) {
        if (typeof port.targetPort === 'number' || behind.some((it) => containerPort(port, it) !== undefined)) continue;
        const names = behind.flatMap((it) => it.containers.flatMap(({ ports }) => ports ?? []).map(({ name }) => name));
        const known = names.filter((name) => name !== undefined);
        yield {
          object: service.manifest,
          path: ['spec', 'ports', index, 'targetPort'],
          message: `No container of ${behind[0].id} has a port named '${port.targetPort}', so nothing answers on port ${port.number}.`,
          fix: `targetPort: ${known.length > 0 ? listed(known, 'or').replaceAll("'", '') : '…   # the number of the port'}`,
        };
      }
    }
  },
};
