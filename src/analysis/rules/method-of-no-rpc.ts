import type { Protocol } from '../../manifests/protocol';
import type { Workload } from '../../manifests/workload';
import { workloadPorts } from '../../simulation/mtls/workload-ports';
import { isRpcPath } from '../grpc-names';
import { meantByMethod } from '../method-values';
import type { Rule, Subject } from '../rule';

export const methodOfNoRpc: Rule = {
  code: 'MethodOfNoRpc',
  severity: 'error',
  otherwise: { warning: 'the rule names no paths, and is for ports of gRPC only' },
  summary: 'A rule for RPCs asks for a method that no RPC has: each of them is a POST',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: menu, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
      to: [{operation: {methods: [GET], paths: [/coffee.v1.Menu/ListDrinks]}}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: menu, namespace: shop}
spec:
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
      to: [{operation: {methods: [POST], paths: [/coffee.v1.Menu/ListDrinks]}}]
`,
    why: `Every RPC is sent as POST, also one that only reads. A rule that asks for GET or DELETE matches none: an ALLOW
refuses all calls that it was to let in, a DENY stops nothing. It is told of rules on paths of RPCs, and of those for
ports of gRPC only. Rules with OPTIONS are for preflights; on ports that are not declared as gRPC there may be others.`,
    unless: 'Something else than gRPC is served there, Connect with GET for one.',
    see: [
      'https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests',
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation',
    ],
  },
  *check(subject) {
    for (const object of subject.cluster.objects('security.istio.io/AuthorizationPolicy')) {
      const { action = 'ALLOW', rules = [], targetRef, targetRefs } = object.body.spec ?? {};
      for (const [index, { to = [] }] of rules.entries()) {
        for (const [at, { operation: { methods = [], paths = [], ports = [] } = {} }] of to.entries()) {
          if (methods.length === 0 || !methods.every(isOfNoRpc)) continue;
          const selected = targetRef || targetRefs ? [] : subject.selection.of(object);
          const behind = selected.filter(({ dataPlane }) => dataPlane !== 'gateway' && dataPlane !== 'none');
          const spoken = behind.flatMap((it) => protocols(subject, it, ports));
          const isForRpcs =
            paths.length > 0
              ? paths.every(isRpcPath) && (behind.length === 0 || spoken.includes('grpc'))
              : action === 'ALLOW' && spoken.length > 0 && spoken.every((protocol) => protocol === 'grpc');
          if (!isForRpcs) continue;
          const effect = EFFECTS.get(action) ?? 'matches no call';
          yield {
            object,
            path: ['spec', 'rules', index, 'to', at, 'operation', 'methods'],
            severity: paths.length > 0 ? 'error' : 'warning',
            message: `The method of every RPC is POST, and not ${methods.join(' or ')}: the rule ${effect}.`,
            fix: 'methods: [POST]',
          };
        }
      }
    }
  },
};

const EFFECTS: ReadonlyMap<string, string> = new Map([
  ['ALLOW', 'lets in no call'],
  ['DENY', 'stops no call'],
]);

/** What is meant for something else, by other rules, is theirs. */
function isOfNoRpc(method: string): boolean {
  return /^[A-Z]+$/.test(method) && method !== 'POST' && method !== 'OPTIONS' && meantByMethod(method) === undefined;
}

/** The ports that a rule is for: those that it names, or all. */
function protocols({ cluster }: Subject, workload: Workload, ports: readonly string[]): readonly Protocol[] {
  return workloadPorts(cluster, workload)
    .filter(({ number }) => ports.length === 0 || ports.includes(String(number)))
    .map(({ protocol }) => protocol);
}
