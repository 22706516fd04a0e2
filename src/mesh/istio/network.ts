import type { ClusterDns } from '../../values/cluster-dns';
import type { MeshPort } from '../../values/mesh-port';
import type { Ingress, Pods, Service } from '../contract';
import type { NetworkPolicyPeer, NetworkPolicySpec } from './types';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';
const XDS_PORT = 15012;
const HEALTH_PORT = 15021;

/** Nothing in, nothing out, until another policy adds to it. */
export const defaultDeny: NetworkPolicySpec = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };

/** Every pod may resolve names. */
export function allowDns({ namespaceName, podLabels, containerPort }: ClusterDns): NetworkPolicySpec {
  return {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
        to: [peer({ namespace: namespaceName, labels: podLabels }, undefined)],
        ports: [
          { protocol: 'UDP', port: containerPort },
          { protocol: 'TCP', port: containerPort },
        ],
      },
    ],
  };
}

/** Every proxy may fetch its configuration and certificates from istiod. */
export function allowControlPlane(rootNamespace: string): NetworkPolicySpec {
  return {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
        to: [peer({ namespace: rootNamespace, labels: { app: 'istiod' } }, undefined)],
        ports: [{ protocol: 'TCP', port: XDS_PORT }],
      },
    ],
  };
}

/** Both ends of every declared call of this service, each on the ports that were declared. */
export function serviceNetwork(service: Service): NetworkPolicySpec {
  const home = service.pods.namespace;
  const callers = service.admissions.map(({ caller, operations }) => ({
    peer: caller ? peer(caller.pods, home) : anywhere,
    ports: operations.map(({ port }) => port),
  }));
  const callees = service.callees.map(({ pods, ports }) => ({ peer: peer(pods, home), ports }));
  return {
    podSelector: { matchLabels: service.pods.labels },
    policyTypes: ['Ingress', 'Egress'],
    ingress: byPorts(callers).map(({ peers, ports }) => ({ from: peers, ports })),
    egress: byPorts(callees).map(({ peers, ports }) => ({ to: peers, ports })),
  };
}

/** An own gateway takes calls from anywhere and passes them on to what it exposes. */
export function gatewayNetwork(ingress: Ingress, listenerPort: number): NetworkPolicySpec {
  const home = ingress.gateway.pods.namespace;
  const backends = ingress.exposures.map(({ pods, port }) => ({ peer: peer(pods, home), ports: [port] }));
  return {
    podSelector: { matchLabels: ingress.gateway.pods.labels },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        ports: [
          { protocol: 'TCP', port: listenerPort },
          { protocol: 'TCP', port: HEALTH_PORT },
        ],
      },
    ],
    egress: byPorts(backends).map(({ peers, ports }) => ({ to: peers, ports })),
  };
}

const anywhere: NetworkPolicyPeer = { namespaceSelector: {} };

function peer({ namespace, labels }: Pods, home: string | undefined): NetworkPolicyPeer {
  return {
    ...(namespace !== home && { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: namespace } } }),
    podSelector: { matchLabels: labels },
  };
}

interface Connection {
  readonly peer: NetworkPolicyPeer;
  readonly ports: MeshPort[];
}

// Ten callers of one port are one rule with ten peers.
function byPorts(connections: Connection[]) {
  const rules = new Map<
    string,
    { peers: Map<string, NetworkPolicyPeer>; ports: { protocol: 'TCP'; port: number }[] }
  >();
  for (const connection of connections) {
    const numbers = [...new Set(connection.ports.map(({ containerPort }) => containerPort))].sort((a, b) => a - b);
    const key = numbers.join();
    const rule = rules.get(key) ?? { peers: new Map(), ports: numbers.map((port) => ({ protocol: 'TCP', port })) };
    rules.set(key, rule);
    rule.peers.set(JSON.stringify(connection.peer), connection.peer);
  }
  return [...rules.values()].map(({ peers, ports }) => ({ peers: [...peers.values()], ports }));
}
