import type { Rule } from '../rule';

export const callerCannotSee: Rule = {
  code: 'CallerCannotSee',
  severity: 'warning',
  summary: 'A policy admits a caller whose own Sidecar does not tell it of the service',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout, namespace: shop}
spec:
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout}}
    spec: {serviceAccountName: checkout, containers: [{name: app, image: checkout}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  template:
    metadata: {labels: {app: payment}}
    spec: {serviceAccountName: payment, containers: [{name: app, image: payment}]}
---
apiVersion: v1
kind: Service
metadata: {name: payment, namespace: shop}
spec: {selector: {app: payment}, ports: [{name: grpc, port: 50051}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]}]
`,
    avoid: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: checkout, namespace: shop}
spec:
  workloadSelector: {labels: {app: checkout}}
  egress: [{hosts: [istio-system/*]}]
`,
    prefer: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: checkout, namespace: shop}
spec:
  workloadSelector: {labels: {app: checkout}}
  egress: [{hosts: [istio-system/*, ./payment.shop.svc.cluster.local]}]
`,
    why: `A proxy knows the hosts that its Sidecar imports. A call to another one fails under REGISTRY_ONLY; under
ALLOW_ANY it leaves as plain TCP, without the caller's identity, and the policy that was to admit it refuses it.`,
    unless: 'The caller is admitted for later, or calls by another way.',
    see: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener',
      'https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration',
    ],
  },
  *check({ cluster, simulation, admitted }) {
    for (const { object, path, caller, servers } of admitted) {
      // To a gateway calls come that are for other hosts, by routes that tell the caller of it.
      const called = servers.filter(({ dataPlane }) => dataPlane !== 'gateway');
      const services = called.flatMap((server) => cluster.servicesOf(server));
      const doors = services.flatMap((service) => service.ports.map(({ number }) => ({ service, number })));
      if (doors.length === 0) continue;
      const isBlind = doors.every(
        ({ service, number }) => simulation.scopes.sees(caller, service, number).outcome === 'deny',
      );
      if (!isBlind) continue;
      const [{ host, namespace }] = services;
      const sidecar = simulation.scopes.scopeOf(caller)?.sidecar;
      const why = sidecar ? `Sidecar ${sidecar.namespace}/${sidecar.name}` : 'exportTo';
      yield {
        object,
        path,
        message: `${caller.id} may call ${host}, but ${why} keeps its proxy from knowing the host: the call fails, or arrives without an identity.`,
        fix: `- ${namespace}/${host}   # in the egress hosts of the Sidecar of ${caller.id}`,
      };
    }
  },
};
