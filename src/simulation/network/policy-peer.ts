import type { Namespace } from '../../manifests/namespace';
import { type LabelSelector, selects } from '../../manifests/selectors';
import type { Workload } from '../../manifests/workload';
import { selectsNamespace } from './namespace-selector';
import { sure, type Trilean } from './trilean';

/** An entry of `from` or `to`, as a NetworkPolicy writes it. */
export interface PeerSpec {
  readonly podSelector?: LabelSelector | null;
  readonly namespaceSelector?: LabelSelector | null;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] | null } | null;
}

/**
 * Whether an entry of `from` or `to` means the pods of a workload.
 *
 * Pods without namespaces are those of the policy's own; pods and namespaces in one entry must both be right.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
 */
export function isPeer(
  { podSelector, namespaceSelector, ipBlock }: PeerSpec,
  home: string,
  workload: Workload,
  namespaces: ReadonlyMap<string, Namespace>,
): Trilean {
  if (ipBlock) {
    return everyAddress(ipBlock) ? 'yes' : { missing: `the addresses of ${workload.id}` };
  }
  if (!podSelector && !namespaceSelector) return 'no';
  // A machine outside of the cluster is no pod, and has no labels that a network plugin knows.
  if (workload.kind === 'WorkloadEntry') return 'no';
  if (podSelector && !selects(podSelector, workload.labels)) return 'no';
  const inNamespace = !namespaceSelector
    ? sure(workload.namespace === home)
    : selectsNamespace(namespaceSelector, workload.namespace, namespaces.get(workload.namespace));
  if (inNamespace === 'no') return 'no';
  // Traffic of the host network comes from the node's address, to which no selector of pods needs to apply.
  return workload.spec.hostNetwork
    ? { missing: `what the network plugin makes of ${workload.id}, which is on the host network` }
    : inNamespace;
}

/** Whether it means all addresses, and so those of all pods; nobody knows from files which address is excepted. */
export function everyAddress(ipBlock: NonNullable<PeerSpec['ipBlock']>): boolean {
  return /^(0\.0\.0\.0|::)\/0$/.test(ipBlock.cidr) && !ipBlock.except?.length;
}

/** Whether an entry of `to` means a host outside of the cluster, of which no file knows the addresses. */
export function isOutside({ ipBlock }: PeerSpec, host: string): Trilean {
  if (!ipBlock) return 'no';
  const { cidr, except } = ipBlock;
  const isEverything = everyAddress({ cidr }) && (except ?? []).every((block) => PRIVATE.test(block));
  return isEverything ? 'yes' : { missing: `the addresses of ${host}` };
}

/** RFC 1918, 6598, 3927 and 4193, and link-local: nothing outside of one's own networks has these. */
const PRIVATE =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab])/;

/** How an entry is named in a sentence. */
export function describePeer({ podSelector, namespaceSelector, ipBlock }: PeerSpec, home: string): string {
  if (ipBlock) return `addresses in ${ipBlock.cidr}`;
  const pods = podSelector && describeSelector(podSelector);
  const spaces = namespaceSelector && describeSelector(namespaceSelector);
  const where = !namespaceSelector
    ? `in namespace ${home}`
    : spaces
      ? `in namespaces with ${spaces}`
      : 'in any namespace';
  return pods ? `pods with ${pods} ${where}` : `all pods ${where}`;
}

function describeSelector({ matchLabels, matchExpressions }: LabelSelector): string {
  return [
    ...Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(matchExpressions ?? []).map(({ key, operator, values }) =>
      values?.length ? `${key} ${operator} (${values.join(', ')})` : `${key} ${operator}`,
    ),
  ].join(', ');
}
