import { CLUSTER_DOMAIN } from '../../manifests/service';

/**
 * The principals of a policy in every trust domain that the mesh calls its own: `cluster.local/ns/x/sa/y` is `y` of
 * this mesh, whatever its trust domain is.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/trustdomain/bundle.go
 */
export function principalsOfMesh(principals: readonly string[], trustDomains: readonly string[]): string[] {
  return principals.flatMap((principal) => {
    const [domain, ...rest] = principal.split('/');
    if (rest.length !== 4 || domain === '*') return [principal];
    if (domain !== CLUSTER_DOMAIN && !trustDomains.some((ours) => meets(domain, ours))) return [principal];
    return trustDomains.map((ours) => (isSuffix(ours, domain) ? principal : [ours, ...rest].join('/')));
  });
}

/** Here `cluster.local` is only that trust domain; no pointer to the mesh's own, as it is in principals. */
export function trustDomainsOfMesh(values: readonly string[], trustDomains: readonly string[]): string[] {
  return values.flatMap((value) => (trustDomains.includes(value) ? trustDomains : [value]));
}

/** Either may be the pattern. See https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/trustdomain/util.go */
function meets(domain: string, ours: string): boolean {
  return (
    domain === ours ||
    ours === '*' ||
    isPrefix(domain, ours) ||
    isPrefix(ours, domain) ||
    isSuffix(domain, ours) ||
    isSuffix(ours, domain)
  );
}

function isPrefix(text: string, pattern: string): boolean {
  return pattern.endsWith('*') && text.startsWith(pattern.slice(0, -1));
}

function isSuffix(text: string, pattern: string): boolean {
  return pattern.startsWith('*') && text.endsWith(pattern.slice(1));
}
