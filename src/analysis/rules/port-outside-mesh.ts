import { interceptsInbound } from '../../simulation/mtls/interception';
import { workloadPorts } from '../../simulation/mtls/workload-ports';
import { podPath } from '../pod-path';
import type { Rule } from '../rule';

export const portOutsideMesh: Rule = {
  code: 'PortOutsideMesh',
  severity: 'warning',
  summary: 'A port that a Service leads to is kept from the sidecar: no policy and no mutual TLS there',
  aliases: [],
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
    metadata: {labels: {app: menu}, annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "50051"}}
    spec: {containers: [{name: app, image: menu}]}
---
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    prefer: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}, annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "9090"}}
    spec: {containers: [{name: app, image: menu}]}
---
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: shop}
spec: {selector: {app: menu}, ports: [{name: grpc, port: 50051}]}
`,
    why: `Connections to an excluded port go straight to the container. No AuthorizationPolicy is asked, STRICT is not in
force, and other sidecars, which send mutual TLS to this pod, are not understood.`,
    unless: 'The application itself authenticates its callers on this port.',
    see: [
      'https://istio.io/latest/docs/reference/config/annotations/#SidecarTrafficExcludeInboundPorts',
      'https://istio.io/latest/docs/ops/best-practices/security/#understand-traffic-capture-limitations',
    ],
  },
  *check({ cluster }) {
    for (const workload of cluster.workloads) {
      const key = Object.keys(workload.annotations).find((name) =>
        /^traffic\.sidecar\.istio\.io\/(?:ex|in)cludeInboundPorts$/.test(name),
      );
      if (workload.dataPlane !== 'sidecar' || !key) continue;
      for (const { number, fronts } of workloadPorts(cluster, workload)) {
        if (fronts.length === 0 || interceptsInbound(workload, number)) continue;
        yield {
          object: workload.manifest,
          path: [...podPath(workload), 'metadata', 'annotations', key],
          message: `Port ${number}, to which ${fronts[0].service.host} leads, passes by the sidecar: no policy and no mutual TLS is in force there.`,
          fix: 'Leave the port to the sidecar.',
        };
      }
    }
  },
};
