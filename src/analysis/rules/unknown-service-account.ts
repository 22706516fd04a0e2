import { didYouMean } from '../../manifests/words';
import { accountOf } from '../../simulation/authorization/identity-match';
import type { Rule } from '../rule';

export const unknownServiceAccount: Rule = {
  code: 'UnknownServiceAccount',
  severity: 'warning',
  summary: 'A policy names a service account that its namespace does not have',
  aliases: ['KIA0106'],
  page: {
    given: `
apiVersion: v1
kind: ServiceAccount
metadata: {name: checkout, namespace: shop}
`,
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/chekout]}}]}]
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]}]
`,
    why: `A principal names a service account. If no pod runs under it, an ALLOW rule lets nobody in; and whoever may make
accounts in that namespace can make this one, and is let in. Only namespaces are looked at of which the manifests hold
accounts or pods.`,
    unless: 'The account is made by somebody else than these manifests.',
    see: [
      'https://istio.io/latest/docs/concepts/security/#istio-identity',
      'https://kiali.io/docs/features/validations/',
    ],
  },
  *check({ cluster, written }) {
    const accounts = new Map<string, Set<string>>();
    const add = (namespace: string, account: string) => {
      const known = accounts.get(namespace);
      known ? known.add(account) : accounts.set(namespace, new Set(['default', account]));
    };
    for (const { namespace, name } of cluster.objects('ServiceAccount')) add(namespace, name);
    for (const { namespace, serviceAccount } of cluster.workloads) add(namespace, serviceAccount);
    for (const word of ['principals', 'serviceAccounts'] as const) {
      for (const one of written.said(word)) {
        const { object, value, negated } = one;
        const [namespace, account] =
          word === 'principals'
            ? (/^[^/]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(value)?.slice(1) ?? [])
            : accountOf(value, object.namespace);
        const known = accounts.get(namespace ?? '');
        if (negated || !known || account === undefined || known.has(account)) continue;
        yield {
          object,
          path: one.path,
          message: `Namespace ${namespace} has no service account '${account}', so '${value}' is nobody.${didYouMean(account, [...known])}`,
          fix: `Write the account of the pods that shall call, or make ServiceAccount ${namespace}/${account}.`,
        };
      }
    }
  },
};
