import type { Workload } from '../../manifests/workload';

// Ports that a sidecar never sees, because annotations of the pod keep them out of its redirection. No policy of the
// mesh holds there. See https://istio.io/latest/docs/reference/config/annotations/

/** Whether connections to a port of a workload's pods pass through its sidecar. */
export function interceptsInbound({ annotations }: Workload, containerPort: number): boolean {
  const included = annotations['traffic.sidecar.istio.io/includeInboundPorts'] ?? '*';
  if (included !== '*' && !namesPort(included, containerPort)) {
    return false;
  }
  // Exclusion counts only where all is included: tools/istio-iptables/pkg/capture, "handleInboundPortsInclude".
  return included !== '*' || !namesPort(annotations['traffic.sidecar.istio.io/excludeInboundPorts'], containerPort);
}

/** Whether connections of a workload's pods to a port, as the client dials it, pass through its sidecar. */
export function interceptsOutbound({ annotations }: Workload, dialledPort: number): boolean {
  return !namesPort(annotations['traffic.sidecar.istio.io/excludeOutboundPorts'], dialledPort);
}

function namesPort(list: string | undefined, port: number): boolean {
  return list?.split(',').some((entry) => entry.trim() === String(port)) ?? false;
}
