import type { AddressBlock } from '../../values/address-block';
import type { ClusterDns } from '../../values/cluster-dns';
import type { MeshPort } from '../../values/mesh-port';
import type { Egress, Ingress } from '../edge';
import type { PlaintextOpening, Pods } from '../parties';
import type { Routing } from '../routing';
import type { Service } from '../service';
import type { Monitoring } from '../telemetry';
import type { NetworkPolicyPeer, NetworkPolicySpec } from './types';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';
const XDS_PORT = 15012;
const HEALTH_PORT = 15021;
const METRICS_PORTS = [15020, 15090];

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

/**
 * Both ends of every declared call of this service, each on the ports that were declared. In a trial anybody comes in.
 */
export function serviceNetwork(service: Service, isTrial: boolean): NetworkPolicySpec {
  const home = service.pods.namespace;
  const callers = service.admissions.map(({ caller, operations }) => ({
    peer: caller ? peer(caller.pods, home) : anywhere,
    ports: operations.map(({ port }) => port),
  }));
  if (isTrial && service.ports.length > 0) callers.push({ peer: anywhere, ports: service.ports });
  const callees = service.callees.flatMap(({ pods, outside, ports }) =>
    [...(pods ? [peer(pods, home)] : []), ...addressPeers(outside?.addresses)].map((peer) => ({ peer, ports })),
  );
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
  const backends = ingress.exposures.flatMap(({ pods, port, routing }) =>
    [{ pods, port }, ...beyond(routing())].map((there) => ({ peer: peer(there.pods, home), ports: [there.port] })),
  );
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

// Where calls from outside are led instead, or copied to.
function beyond({ detours, mirrors }: Routing) {
  const special = [...detours, ...mirrors].filter(({ atIngress }) => atIngress);
  return special.flatMap(({ to: { service } }) => service ?? []);
}

/** An egress takes calls from whoever declared them, and alone may leave the cluster with them. */
export function egressNetwork({ gateway, externals, exits, port }: Egress): NetworkPolicySpec {
  const home = gateway.pods.namespace;
  const callers = externals.flatMap(({ admissions }) => admissions.flatMap(({ caller }) => (caller ? [caller] : [])));
  const inwards = callers.map(({ pods }) => ({ peer: peer(pods, home), ports: [port] }));
  const outwards = exits.flatMap(({ addresses, ports }) => addressPeers(addresses).map((peer) => ({ peer, ports })));
  return {
    podSelector: { matchLabels: gateway.pods.labels },
    policyTypes: ['Ingress', 'Egress'],
    ingress: byPorts(inwards).map(({ peers, ports }) => ({ from: peers, ports })),
    egress: byPorts(outwards).map(({ peers, ports }) => ({ to: peers, ports })),
  };
}

function addressPeers(addresses: AddressBlock[] = []): NetworkPolicyPeer[] {
  return addresses.map(({ cidr, except }) => ({ ipBlock: { cidr, ...(except && { except }) } }));
}

/** Whoever scrapes reaches the metrics of the proxies that are watched, and those that they hand on. */
export function scraping({ scraper, services }: Monitoring): NetworkPolicySpec {
  return {
    podSelector: watchedPods(services.map(({ pods }) => pods.labels)),
    policyTypes: ['Ingress'],
    ingress: [{ from: [peer(scraper, undefined)], ports: METRICS_PORTS.map((port) => ({ protocol: 'TCP', port })) }],
  };
}

// One policy has one selector: the labels that all of them have, each with the values that they have.
function watchedPods(labels: Pods['labels'][]): NetworkPolicySpec['podSelector'] {
  const [first = {}, ...others] = labels;
  const common = Object.keys(first).filter((key) => others.every((it) => it[key] !== undefined));
  const values = (key: string) => [...new Set(labels.map((it) => it[key]))].sort();
  if (common.length === 0) return {};
  return { matchExpressions: common.sort().map((key) => ({ key, operator: 'In', values: values(key) })) };
}

/** Pods that prove nothing reach the port that is open to them. */
export function plaintextNetwork({ pods, operations, callers }: PlaintextOpening): NetworkPolicySpec {
  const ports = operations.map(({ port }) => port);
  const opened = byPorts([{ peer: peer(callers, undefined), ports }]);
  return {
    podSelector: { matchLabels: pods.labels },
    policyTypes: ['Ingress'],
    ingress: opened.map(({ peers, ports: numbers }) => ({ from: peers, ports: numbers })),
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
