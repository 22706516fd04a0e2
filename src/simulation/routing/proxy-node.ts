import type { Labels } from '../../manifests/selectors';
import type { Workload } from '../../manifests/workload';

/** The Envoy that a request meets first, as far as istiod's answer depends on it. What is not known is `undefined`. */
export interface ProxyNode {
  readonly kind: 'sidecar' | 'gateway';
  readonly namespace: string | undefined;
  /** Of its pods. */
  readonly labels: Labels | undefined;
  readonly workload?: Workload;
}

/** What a match of a VirtualService calls the sidecars of the mesh. */
export const MESH = 'mesh';
