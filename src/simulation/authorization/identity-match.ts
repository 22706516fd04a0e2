import { quoted, type StringTest } from './string-match';

// Tests on the principal of a peer without its scheme; on a connection without identity it is empty, and none holds.

/** Whether the peer is of one of these namespaces; a `*` stands anywhere and for anything, slashes included. */
export function inNamespaces(values: readonly string[]): StringTest {
  // Envoy looks for `.*/ns/<value>/.*` in the whole SPIFFE id.
  // See https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/model/generator.go (srcNamespaceGenerator)
  const tests = values.map((value): StringTest => {
    if (!value.includes('*')) return (peer) => peer.includes(`/ns/${value}/`);
    const pattern = new RegExp(`/ns/${value.split('*').map(quoted).join('.*')}/`);
    return (peer) => pattern.test(peer);
  });
  return (peer) => tests.some((matches) => matches(peer));
}

const PLAIN = /^[^/]+(\/ns\/[^/]+\/sa\/[^/]+)$/;

/**
 * Whether the peer is one of these service accounts, whatever its trust domain: `account` of the policy's namespace, or
 * `namespace/account`.
 */
export function isServiceAccount(values: readonly string[], policyNamespace: string): StringTest {
  const accounts = values.map((value) => accountOf(value, policyNamespace));
  const plain = new Set(accounts.map(([namespace, account]) => `/ns/${namespace}/sa/${account}`));
  // See https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/model/generator.go (serviceAccountRegex)
  const odd = new RegExp(
    accounts.map(([ns, sa]) => `^.+/ns/${quoted(ns)}/(?:.+/|)sa/${quoted(sa)}(?:/.+)?$`).join('|'),
  );
  return (peer) => {
    const usual = PLAIN.exec(peer);
    return usual ? plain.has(usual[1]) : odd.test(peer);
  };
}

/** Of `account`, which is of the policy's namespace, or of `namespace/account`. */
export function accountOf(value: string, policyNamespace: string): [namespace: string, account: string] {
  const slash = value.indexOf('/');
  return slash === -1 ? [policyNamespace, value] : [value.slice(0, slash), value.slice(slash + 1)];
}

/** Whether the peer is of one of these trust domains; a `*` stays within the trust domain. */
export function inTrustDomains(values: readonly string[]): StringTest {
  // See https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/model/generator.go
  // (srcTrustDomainGenerator)
  const tests = values.map((value): StringTest => {
    if (value === '*') return (peer) => peer !== '';
    if (!value.includes('*')) return (peer) => peer.startsWith(`${value}/`);
    const [before, ...after] = value.split('*');
    const pattern = new RegExp(`^${quoted(before)}[^/]*${quoted(after.join('*'))}/`);
    return (peer) => pattern.test(peer);
  });
  return (peer) => tests.some((matches) => matches(peer));
}
