import type { Pod } from './connects';
import type { Manifests } from './manifests';

/** A Service in the registry of the mesh. */
export interface Registered {
  readonly namespace: string;
  readonly host: string;
}

/**
 * Whether the proxy of a client knows a service, or lets through what it does not know; written from Istio's documentation
 * and not from our renderers.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export function sees(manifests: Manifests, client: Pod, service: Registered): boolean {
  const spec = sidecarOf(manifests, client);
  if (spec === undefined || spec.outboundTrafficPolicy?.mode !== 'REGISTRY_ONLY') return true;
  const hosts: string[] = spec.egress.flatMap((listener: { hosts: string[] }) => listener.hosts);
  return hosts.some((entry) => {
    const [namespace, host] = entry.split('/');
    return isNamespace(namespace, client.namespace, service.namespace) && isHost(host, service.host);
  });
}

// One with a selector counts before the one for the whole namespace; nothing is inherited from one to the other.
function sidecarOf(manifests: Manifests, { namespace, labels }: Pod) {
  const here = manifests.kind('Sidecar').filter(({ metadata }) => metadata.namespace === namespace);
  const own = here.filter(({ spec }) => {
    const selector: Record<string, string> | undefined = spec.workloadSelector?.labels;
    return selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
  });
  const shared = here.filter(({ spec }) => spec.workloadSelector === undefined);
  if (own.length > 1 || shared.length > 1) throw new Error('two Sidecars for one pod: which one counts is undefined');
  return (own[0] ?? shared[0])?.spec;
}

function isNamespace(pattern: string, own: string, namespace: string): boolean {
  if (pattern === '~') return false;
  return pattern === '*' || (pattern === '.' ? own : pattern) === namespace;
}

function isHost(pattern: string, host: string): boolean {
  return pattern === '*' || pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));
}
