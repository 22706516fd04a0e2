import type { Workload } from '../../manifests/workload';
import { workloadPorts } from '../../simulation/mtls/workload-ports';
import type { Rule, Subject } from '../rule';

export const noPolicies: Rule = {
  code: 'NoPolicies',
  severity: 'info',
  summary: 'Pods of the mesh serve gRPC, and no AuthorizationPolicy says who may call them: everybody may',
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
spec: {selector: {app: payment}, ports: [{name: grpc, port: 50051}]}
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow-nothing, namespace: shop}
spec: {}
---
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
spec: {selector: {app: payment}, ports: [{name: grpc, port: 50051}]}
`,
    why: `A proxy without policies lets every call pass, from every namespace. Without a PeerAuthentication it takes
plaintext as well, from pods that have no identity. A policy with an empty spec allows nothing in its namespace; others
add who may call what. Namespaces of which no manifest says that they are injected are not looked at.`,
    unless: 'Everybody may call, or the policies are written elsewhere.',
    see: [
      'https://istio.io/latest/docs/concepts/security/#implicit-enablement',
      'https://istio.io/latest/docs/ops/best-practices/security/#use-default-deny-patterns',
    ],
  },
  *check(subject) {
    const open = new Map<string, Workload[]>();
    for (const workload of subject.cluster.workloads) {
      if (!isOpen(subject, workload)) continue;
      const others = open.get(workload.namespace);
      others ? others.push(workload) : open.set(workload.namespace, [workload]);
    }
    const namespaces = new Map(subject.cluster.objects('Namespace').map((it) => [it.name, it]));
    for (const [namespace, workloads] of open) {
      const isPlain = workloads.some((it) => grpcPorts(subject, it).some((port) => takesPlaintext(subject, it, port)));
      const who = isPlain ? ', also in plaintext and without an identity' : ' who has an identity in the mesh';
      const also = isPlain ? '; a PeerAuthentication with mode: STRICT' : '';
      yield {
        object: namespaces.get(namespace) ?? workloads[0].manifest,
        path: ['metadata'],
        message: `No AuthorizationPolicy is for ${told(workloads)}: everybody may call${who}.`,
        fix: `An AuthorizationPolicy with spec: {} in ${namespace}, and one for each server that says who may call it${also}.`,
      };
    }
  },
};

function isOpen(subject: Subject, workload: Workload): boolean {
  if (workload.dataPlane !== 'sidecar' || grpcPorts(subject, workload).length === 0) return false;
  const { allow, deny, custom, doubtful } = subject.simulation.policies.inForce(workload);
  return allow.length + deny.length + custom.length + doubtful.length === 0;
}

function grpcPorts({ cluster }: Subject, workload: Workload): readonly number[] {
  return workloadPorts(cluster, workload)
    .filter(({ protocol }) => protocol === 'grpc' || protocol === 'grpc-web')
    .map(({ number }) => number);
}

function takesPlaintext({ simulation }: Subject, workload: Workload, port: number): boolean {
  return simulation.peers.modeOf(workload, port).mode !== 'STRICT';
}

function told(workloads: readonly Workload[]): string {
  const [first, second, ...others] = workloads.map(({ name }) => name);
  if (second === undefined) return first;
  return others.length > 0 ? `${first}, ${second} and ${others.length} more` : `${first} and ${second}`;
}
