import type { Workload } from '../../manifests/workload';

/** The port of a pod that a connection goes to: that of its container, also behind a Service. */
export interface NetworkPort {
  readonly number: number;
  readonly name?: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** An entry of `ports`, as a NetworkPolicy writes it. */
export interface PortSpec {
  readonly port?: number | string | null;
  readonly endPort?: number | null;
  readonly protocol?: string | null;
}

/**
 * Whether an entry of `ports` means a port. A name is that of a port of the pods that are called, on either side.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ (NetworkPolicyPort)
 */
export function isPort({ port, endPort, protocol }: PortSpec, asked: NetworkPort, called: Workload): boolean {
  if ((protocol ?? 'TCP') !== asked.protocol) return false;
  if (port === undefined || port === null) return true;
  if (typeof port === 'number') {
    return endPort ? port <= asked.number && asked.number <= endPort : port === asked.number;
  }
  return port === asked.name || portsNamed(port, called).some((it) => sameEnd(it, asked));
}

/** How an entry is named in a sentence. */
export function describePort({ port, endPort, protocol }: PortSpec): string {
  return `${protocol ?? 'TCP'} ${port ?? '(any)'}${endPort ? `-${endPort}` : ''}`;
}

function portsNamed(
  name: string,
  { containers, spec }: Workload,
): { containerPort: number; protocol?: string | null }[] {
  // A sidecar of Kubernetes is an init container that goes on running.
  const running = [...containers, ...(spec.initContainers ?? []).filter((it) => it.restartPolicy === 'Always')];
  return running.flatMap(({ ports }) => (ports ?? []).filter((port) => port.name === name));
}

function sameEnd(port: { containerPort: number; protocol?: string | null }, asked: NetworkPort): boolean {
  return port.containerPort === asked.number && (port.protocol ?? 'TCP') === asked.protocol;
}
