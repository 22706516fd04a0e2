import { type MeshPort, PortProtocol } from '../../values/mesh-port';
import type { External } from '../edge';
import { settingsPolicy } from './traffic-policy';
import type { DestinationRuleSpec, ServiceEntrySpec } from './types';

/** The host, for the namespaces of its callers and of the gateway on the way out. */
export function serviceEntry(external: External): ServiceEntrySpec {
  const { host, ports, endpoints, encryptedByCallers } = external;
  const isFixed = endpoints.length > 0;
  return {
    hosts: [host],
    location: 'MESH_EXTERNAL',
    resolution: isFixed ? 'STATIC' : 'DNS',
    // A TCP connection carries no name. With its addresses the proxy knows it from others to the same port.
    ...(isFixed && ports.some(isTcp) && { addresses: endpoints }),
    ports: ports.map((port) => ({
      number: port.port,
      name: port.name,
      protocol: encryptedByCallers ? 'TLS' : PROTOCOLS[port.protocol],
      ...(port.containerPort !== port.port && { targetPort: port.containerPort }),
    })),
    ...(isFixed && { endpoints: endpoints.map((address) => ({ address })) }),
    exportTo: namespaces(external, [...callerNamespaces(external), ...doorNamespaces(external)]),
  };
}

/**
 * How the last proxy on the way treats the host. Without `subjectAltNames` any certificate of a public authority would
 * do, whoever it belongs to.
 */
export function externalTraffic(external: External): DestinationRuleSpec {
  const { host, tls, traffic, through } = external;
  const origin = tls && {
    mode: tls.showsCertificate ? ('MUTUAL' as const) : ('SIMPLE' as const),
    sni: tls.serverName,
    subjectAltNames: tls.subjectAltNames,
    ...(tls.secret === undefined ? { caCertificates: 'system' } : { credentialName: tls.secret }),
  };
  return {
    host,
    trafficPolicy: { ...settingsPolicy(traffic), ...(origin && { tls: origin }) },
    exportTo: namespaces(external, through ? doorNamespaces(external) : callerNamespaces(external)),
  };
}

/** Namespaces that know of the host at all. */
export function knownIn(external: External): string[] {
  return namespaces(external, [...callerNamespaces(external), ...doorNamespaces(external)]);
}

const PROTOCOLS: Record<PortProtocol, string> = {
  [PortProtocol.GRPC]: 'GRPC',
  [PortProtocol.HTTP]: 'HTTP',
  [PortProtocol.TCP]: 'TCP',
};

function isTcp({ protocol }: MeshPort): boolean {
  return protocol === PortProtocol.TCP;
}

function callerNamespaces({ admissions }: External): string[] {
  return admissions.flatMap(({ caller }) => (caller ? [caller.pods.namespace] : []));
}

function doorNamespaces({ through }: External): string[] {
  return through ? [through.gatewayNamespace] : [];
}

// Its own namespace is a dot; a list may name it only once.
function namespaces({ namespace }: External, names: string[]): string[] {
  return [...new Set(names.map((name) => (name === namespace ? '.' : name)))].sort();
}
