import type { Rule } from '../rule';
import { undeclaredPortsUnderPolicy } from '../undeclared-ports';
import { whyUndeclared } from '../why-undeclared';

export const undeclaredPortUnderPolicy: Rule = {
  code: 'UndeclaredPortUnderPolicy',
  severity: 'warning',
  summary: 'A policy asks for RPCs on a port whose protocol nobody declares: the client chooses how it is read',
  aliases: ['IST0118', 'KIA0601', 'KIA0602'],
  page: {
    given: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  template:
    metadata: {labels: {app: payment, sidecar.istio.io/inject: "true"}}
    spec: {containers: [{name: app, image: payment}]}
`,
    avoid: `
apiVersion: v1
kind: Service
metadata: {name: payment, namespace: shop}
spec: {selector: {app: payment}, ports: [{name: api, port: 8080}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  action: DENY
  rules: [{to: [{operation: {paths: [/pay.v1.Payments/Refund]}}]}]
`,
    prefer: `
apiVersion: v1
kind: Service
metadata: {name: payment, namespace: shop}
spec: {selector: {app: payment}, ports: [{name: grpc, port: 8080, appProtocol: grpc}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  action: DENY
  rules: [{to: [{operation: {paths: [/pay.v1.Payments/Refund]}}]}]
`,
    why: `On a port without a declared protocol a sidecar goes by what the client says in its TLS handshake. A connection
with another ALPN is taken for TCP, on which paths do not exist: a DENY then refuses all of it, and an ALLOW on paths
lets none of it in.`,
    unless: 'Never: declare the protocol.',
    see: [
      'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/filterchain_options.go',
    ],
  },
  *check(subject) {
    for (const { service, port, workload, number, policy } of undeclaredPortsUnderPolicy(subject).values()) {
      yield {
        object: service.manifest,
        path: ['spec', 'ports', service.ports.indexOf(port)],
        message: `AuthorizationPolicy ${policy.namespace}/${policy.name} asks for HTTP on port ${number} of ${workload.id}, which declares no protocol (${whyUndeclared(service, port)}): a client can have it read as TCP.`,
        fix: 'appProtocol: grpc',
      };
    }
  },
};
