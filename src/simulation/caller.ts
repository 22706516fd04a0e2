import type { Workload } from '../manifests/workload';

/** Who calls. */
export type Caller =
  /** Pods of the cluster, through their own proxy if they have one. */
  | { readonly kind: 'workload'; readonly workload: Workload }
  /** An identity of the mesh whose pods are not among the manifests: it is taken to see everything. */
  | { readonly kind: 'principal'; readonly principal: string }
  /** A client without any identity, from inside the cluster: plaintext to the pod. */
  | { readonly kind: 'plaintext' };

/** How a caller is named in a sentence. */
export function nameOf(caller: Caller): string {
  switch (caller.kind) {
    case 'workload':
      return caller.workload.id;
    case 'principal':
      return caller.principal;
    case 'plaintext':
      return 'a client without identity';
  }
}
