import type { Workload } from '../../manifests/workload';
import type { Rule, Subject } from '../rule';

export const tokenNotRequired: Rule = {
  code: 'TokenNotRequired',
  severity: 'warning',
  summary: 'Tokens are validated where they are sent, but nothing requires one',
  aliases: [],
  page: {
    avoid: `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  jwtRules: [{issuer: https://issuer.example.com}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  jwtRules: [{issuer: https://issuer.example.com}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  rules: [{from: [{source: {requestPrincipals: [https://issuer.example.com/*]}}]}]
`,
    why: `A RequestAuthentication refuses tokens that do not validate. A request without any token passes: only an
AuthorizationPolicy that asks for requestPrincipals, or for a claim, refuses it.`,
    unless: 'The server itself refuses requests without a token.',
    see: [
      'https://istio.io/latest/docs/reference/config/security/request_authentication/',
      'https://istio.io/latest/docs/tasks/security/authentication/authn-policy/#require-a-valid-token',
    ],
  },
  *check(subject) {
    const { cluster, selection } = subject;
    const requests = cluster.objects('security.istio.io/RequestAuthentication');
    if (requests.length === 0) return;
    const { workloads, namespaces } = asked(subject);
    for (const object of requests) {
      const { jwtRules = [], targetRef, targetRefs } = object.body.spec ?? {};
      if (jwtRules.length === 0) continue;
      const selected = targetRef || targetRefs ? [] : selection.of(object);
      const open = selected.find((it) => !workloads.has(it));
      if (selected.length > 0 ? !open : namespaces.has(object.namespace)) continue;
      yield {
        object,
        path: ['spec', 'jwtRules'],
        message: `No AuthorizationPolicy asks for a token ${open ? `at ${open.id}` : `in namespace ${object.namespace}`}, so requests without one pass.`,
        fix: `from: [{source: {requestPrincipals: ["${jwtRules[0].issuer ?? '*'}/*"]}}]`,
      };
    }
  },
};

/** For whom there is a policy that asks for tokens, or whose provider may. */
function asked({ cluster, selection }: Subject): { workloads: Set<Workload>; namespaces: Set<string> } {
  const workloads = new Set<Workload>();
  const namespaces = new Set<string>();
  for (const policy of cluster.objects('security.istio.io/AuthorizationPolicy')) {
    const { action, rules = [] } = policy.body.spec ?? {};
    const asks =
      action === 'CUSTOM' ||
      rules.some(
        ({ from, when }) =>
          from?.some(({ source }) => source?.requestPrincipals?.length || source?.notRequestPrincipals?.length) ||
          when?.some(({ key }) => key.startsWith('request.auth.')),
      );
    if (!asks) continue;
    namespaces.add(policy.namespace);
    for (const workload of selection.of(policy)) workloads.add(workload);
  }
  return { workloads, namespaces };
}
