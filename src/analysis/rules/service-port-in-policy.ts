import { workloadPorts } from '../../simulation/mtls/workload-ports';
import type { Policy } from '../policy-words';
import type { Rule, Subject } from '../rule';

export const servicePortInPolicy: Rule = {
  code: 'ServicePortInPolicy',
  severity: 'error',
  summary: 'A policy names the port of the Service, where proxies compare the port of the container',
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
    spec: {containers: [{name: app, image: payment, ports: [{containerPort: 50051}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: payment, namespace: shop}
spec: {selector: {app: payment}, ports: [{name: grpc, port: 80, targetPort: 50051}]}
`,
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/web/sa/checkout]}}]
      to: [{operation: {ports: ["80"]}}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/web/sa/checkout]}}]
      to: [{operation: {ports: ["50051"]}}]
`,
    why: `A policy is enforced by the proxy beside the container, which sees the port that the pod listens to. The port
that clients call is translated before. A rule with the wrong port matches nothing: ALLOW lets nobody in, DENY stops
nobody.`,
    unless: 'The pods listen to that port too, and do not say so in the ports of their containers.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation',
      'https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/model/generator.go',
    ],
  },
  *check(subject) {
    const translations = new Map<Policy, ReadonlyMap<string, number>>();
    for (const one of subject.written.said('ports')) {
      const { object, action, value } = one;
      let translation = translations.get(object);
      if (!translation) {
        translation = translationFor(subject, object);
        translations.set(object, translation);
      }
      const port = translation.get(value);
      if (port === undefined) continue;
      const effect = action === 'DENY' ? 'the rule stops nothing' : 'the rule lets nothing in';
      yield {
        object,
        path: one.path,
        message: `Port ${value} is that of a Service, and the pods behind it listen to ${port}: ${effect}.`,
        fix: `- "${port}"`,
      };
    }
  },
};

/** Ports of Services that the selected pods do not listen to, and what they listen to instead. */
function translationFor({ cluster, selection }: Subject, policy: Policy): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (policy.body.spec?.targetRef || policy.body.spec?.targetRefs) return found;
  const listened = new Set<number>();
  for (const workload of selection.of(policy)) {
    for (const { number, fronts } of workloadPorts(cluster, workload)) {
      listened.add(number);
      for (const { port } of fronts) found.set(String(port.number), number);
    }
  }
  for (const number of listened) found.delete(String(number));
  return found;
}
