import type { ClusterDns } from '../../values/cluster-dns';
import type { Service } from '../service';
import type { SidecarSpec } from './types';

/** Whoever declared no call sees the mesh itself and DNS, and nothing else. */
export function namespaceSidecar(rootNamespace: string, dns: ClusterDns): SidecarSpec {
  return egress(everybody(rootNamespace, dns));
}

/**
 * A client sees its declared callees as well.
 *
 * A Sidecar with a workloadSelector inherits nothing: without its own outboundTrafficPolicy the client would be
 * ALLOW_ANY.
 */
export function clientSidecar(service: Service, rootNamespace: string): SidecarSpec {
  const callees = new Set(
    service.callees.map(({ host, pods, outside }) => `${outside?.declaredIn ?? pods?.namespace}/${host}`),
  );
  return {
    workloadSelector: { labels: service.pods.labels },
    ...egress([...everybody(rootNamespace, service.dns), ...callees]),
  };
}

// Tracing and extension providers live in the root namespace. DNS over TCP is captured, so the proxy must know its
// Service.
function everybody(rootNamespace: string, dns: ClusterDns): string[] {
  return [`${rootNamespace}/*`, `${dns.namespaceName}/${dns.host}`];
}

/** Why hosts are imported that nobody has declared, for whoever finds that odd; undefined: there are none. */
export function hostsToCome({ callees }: Service): string | undefined {
  const makers = [...new Set(callees.flatMap(({ madeBy }) => madeBy ?? []))];
  return makers.length > 0 ? `${makers.join(' and ')} makes them, once it is there` : undefined;
}

function egress(hosts: string[]): SidecarSpec {
  return { egress: [{ hosts }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } };
}
