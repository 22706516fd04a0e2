import type { Cluster } from '../../manifests/cluster';
import type { Workload } from '../../manifests/workload';
import { workloadPorts } from '../../simulation/mtls/workload-ports';
import type { Decision } from '../../simulation/verdict';
import type { Rule } from '../rule';

export const callerBlockedByNetworkPolicy: Rule = {
  code: 'CallerBlockedByNetworkPolicy',
  severity: 'warning',
  summary: 'A policy of the mesh admits a caller that a NetworkPolicy keeps out',
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
    spec: {containers: [{name: app, image: payment, ports: [{containerPort: 50051}]}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]}]
`,
    avoid: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: payment, namespace: shop}
spec: {podSelector: {matchLabels: {app: payment}}, policyTypes: [Ingress]}
`,
    prefer: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: payment, namespace: shop}
spec:
  podSelector: {matchLabels: {app: payment}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: checkout}}}], ports: [{port: 50051, protocol: TCP}]}]
`,
    why: `A call has to pass both: NetworkPolicies, which see pods and ports, and the policies of the mesh, which see
identities and RPCs. Where the first drop the connection nothing answers, and the client waits until it gives up.`,
    unless: 'The caller is admitted for later.',
    see: [
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
      'https://istio.io/latest/docs/ops/best-practices/security/#defense-in-depth-with-networkpolicy',
    ],
  },
  *check({ cluster, simulation, admitted }) {
    if (cluster.objects('networking.k8s.io/NetworkPolicy').length === 0) return;
    for (const { object, path, caller, servers } of admitted) {
      const blocked = blockedDoor(servers, cluster, (server, number) =>
        simulation.networkPolicies.decide(caller, server, { number, protocol: 'TCP' }),
      );
      if (!blocked) continue;
      yield {
        object,
        path,
        message: `${caller.id} may call ${servers[0].id}, but no packet of it arrives: ${blocked.decision.reasons[0].text}.`,
        fix: `Let pods of ${caller.id} and port ${blocked.number} pass in that NetworkPolicy.`,
      };
    }
  },
};

/** The first port, where no port of any of the servers lets the caller pass. */
function blockedDoor(
  servers: readonly Workload[],
  cluster: Cluster,
  decide: (server: Workload, number: number) => Decision,
): { number: number; decision: Decision } | undefined {
  let first: { number: number; decision: Decision } | undefined;
  for (const server of servers) {
    for (const { number } of workloadPorts(cluster, server)) {
      const decision = decide(server, number);
      if (decision.outcome !== 'deny') return undefined;
      first ??= { number, decision };
    }
  }
  return first;
}
