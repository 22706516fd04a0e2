import { workloadPorts } from '../../simulation/mtls/workload-ports';
import type { Rule } from '../rule';

export const portsInConflict: Rule = {
  code: 'PortsInConflict',
  severity: 'warning',
  summary: 'Two ports of Services lead to one port of a pod and declare different protocols for it',
  aliases: ['IST0116', 'IST0137'],
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
    spec: {containers: [{name: app, image: menu}]}
---
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: menu-raw, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: tcp, port: 9000, targetPort: 50051}]}
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: menu-raw, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 9000, targetPort: 50051}]}
`,
    why: `A sidecar reads a port of its pod in one way, and the Service that was made first says which; of one Service, one
of its ports. If that says TCP, paths do not exist there: policies on RPCs refuse everything, and there are no metrics of calls.
istioctl asks other questions under these codes: whether ports are TCP and UDP, and whether two numbers lead to one
port of the pod, which is no trouble if both speak the same.`,
    unless: 'Never.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0116/',
      'https://istio.io/latest/docs/ops/deployment/application-requirements/',
    ],
  },
  *check({ cluster }) {
    const told = new Set<string>();
    for (const workload of cluster.workloads) {
      if (workload.dataPlane === 'none') continue;
      for (const { number, fronts } of workloadPorts(cluster, workload)) {
        const [first, ...others] = fronts;
        const other = others.find(({ port }) => port.protocol !== first.port.protocol);
        if (!other || told.has(`${other.service.host} ${number}`)) continue;
        told.add(`${other.service.host} ${number}`);
        const before = first.service === other.service ? `Port ${first.port.number}` : first.service.host;
        const which = first.service === other.service ? `port ${other.port.number}` : 'this Service';
        const winner = first.service === other.service ? 'one' : 'the older';
        yield {
          object: other.service.manifest,
          path: ['spec', 'ports', other.service.ports.indexOf(other.port)],
          message: `${before} declares port ${number} of ${workload.id} as ${first.port.protocol}, and ${which} as ${other.port.protocol}: ${winner} of the two counts.`,
          fix: `appProtocol: ${first.port.protocol === 'auto' ? 'grpc' : first.port.protocol}`,
        };
      }
    }
  },
};
