import type { Cluster } from '../../../src/manifests/cluster';
import { isObject } from '../../../src/manifests/json';
import type { Manifest } from '../../../src/manifests/manifest';
import { isHttp } from '../../../src/manifests/protocol';
import { hasLabels, type Labels } from '../../../src/manifests/selectors';
import type { Bodies, GatewayServer, Kind, PortTrafficPolicy } from '../../../src/manifests/types';
import type { Workload } from '../../../src/manifests/workload';
import { workloadPorts } from '../../../src/simulation/mtls/workload-ports';
import { resolveShortName } from '../../../src/simulation/visibility/resolve-host';
import type { Compared } from './compared';

// What is true of the objects that a difference is about, and makes it one that there may be.

/** Whether a difference is in such circumstances. */
export type Circumstance = (about: Compared, cluster: Cluster) => boolean;

/** Nothing in a namespace says that it is of the mesh, or none of its pods is outside of it. */
export const isNotHalfInMesh: Circumstance = ({ object }, cluster) => {
  const [, name] = object.split(' ');
  const pods = podsIn(cluster, name);
  const isOfMesh = (['security.istio.io/PeerAuthentication', 'networking.istio.io/Sidecar'] as const).some(
    (kind) => cluster.objects(kind, name).length > 0,
  );
  return !isOfMesh || (pods.length > 0 && pods.every(({ dataPlane }) => dataPlane !== 'none'));
};

/** Of the pods of a namespace one is not in ambient mode, or there are none. */
export const hasPodsApartFromAmbient: Circumstance = ({ object }, cluster) => {
  const pods = podsIn(cluster, namespaceOf(object));
  return pods.length === 0 || pods.some(({ dataPlane }) => dataPlane !== 'ambient');
};

/** Pods have no sidecar, since their namespace refuses it. */
export const isKeptOutOfMesh: Circumstance = ({ object }, cluster) =>
  workloadNamed(cluster, object)?.dataPlane === 'none' &&
  cluster.namespaces.get(namespaceOf(object))?.labels['istio-injection'] === 'disabled';

export const isInAmbientNamespace: Circumstance = ({ object }, cluster) =>
  cluster.namespaces.get(namespaceOf(object))?.labels['istio.io/dataplane-mode'] === 'ambient';

/** No pods are behind the host of a DestinationRule, as far as anybody knows. */
export const hasNoPodsBehind: Circumstance = ({ object }, cluster) => {
  const rule = named(cluster, 'networking.istio.io/DestinationRule', object);
  const service = rule && cluster.services.get(fullHost(rule.body.spec?.host, object));
  return !service || cluster.workloadsOf(service).length === 0;
};

/** Some pod, behind whatever Service, has the labels of a subset that ours finds to be empty; or the host is hidden. */
export const hasPodsElsewhere: Circumstance = ({ object, message }, cluster) => {
  const [, subset] = /subset '([^']*)'/.exec(message) ?? [];
  const { subsets = [] } = named(cluster, 'networking.istio.io/DestinationRule', object)?.body.spec ?? {};
  const labels = subsets.find(({ name }) => name === subset)?.labels ?? {};
  const [, host = ''] = /^No pod behind (\S+) has/.exec(message) ?? [];
  if (!cluster.services.get(host)?.exportTo.includes('*')) return true;
  return cluster.workloads.some((it) => hasLabels(it.labels, labels));
};

/** No two of the VirtualServices for one host are exported to the same namespaces by name, or both to all. */
export const sharesNoScope: Circumstance = ({ message }, cluster) => {
  const names = /The VirtualServices (\S+) associated/.exec(message)?.[1].split(',') ?? [];
  const read = [...new Set(names)].flatMap((name) => {
    const found = named(cluster, 'networking.istio.io/VirtualService', `VirtualService ${name}`);
    if (!found) return [];
    const { exportTo, hosts = [] } = found.body.spec ?? {};
    const stated = exportTo?.length ? exportTo : cluster.mesh.defaultVirtualServiceExportTo;
    const scopes = stated.map((scope) => (scope === '.' ? found.namespace : scope));
    return hosts.flatMap((host) => scopes.map((scope) => ({ name, key: `${scope} ${fullHost(host, name)}` })));
  });
  return read.every(({ name, key }) => !read.some((other) => other.key === key && other.name !== name));
};

/** Every name in a certificate is compared, in as far as anything is. */
export const verifiesNames: Circumstance = ({ object }, cluster) => {
  const { trafficPolicy } = named(cluster, 'networking.istio.io/DestinationRule', object)?.body.spec ?? {};
  const policies: readonly (PortTrafficPolicy | undefined)[] = [
    trafficPolicy,
    ...(trafficPolicy?.portLevelSettings ?? []),
  ];
  return policies.every((policy) => {
    const { sni, subjectAltNames, insecureSkipVerify } = policy?.tls ?? {};
    return insecureSkipVerify !== true && (!sni || (Array.isArray(subjectAltNames) && subjectAltNames.length > 0));
  });
};

/** The route of which a match is in vain has others. */
export const hasOtherMatches: Circumstance = ({ object, message }, cluster) => {
  const [, name, index] = /rule (?:"([^"]*)"|#(\d+)) match/.exec(message.replaceAll('\\"', '"')) ?? [];
  const { http = [] } = named(cluster, 'networking.istio.io/VirtualService', object)?.body.spec ?? {};
  const route = index === undefined ? http.find((it) => it.name === name) : http[Number(index)];
  return (route?.match?.length ?? 0) > 1;
};

/** Every match of the prefix, of the routes before it, is for some of the gateways of the VirtualService. */
export const leavesGateways: Circumstance = ({ object, message }, cluster) => {
  const [, index, prefix] = /rule #(\d+) match .* in rule .* of prefix (\S+) on /.exec(message) ?? [];
  const { gateways = ['mesh'], http = [] } =
    named(cluster, 'networking.istio.io/VirtualService', object)?.body.spec ?? {};
  const before = http.slice(0, Number(index)).flatMap(({ match = [] }) => match);
  const wide = before.filter(({ uri }) => uri?.prefix === prefix);
  return wide.length > 0 && wide.every((it) => it.gateways && gateways.some((one) => !it.gateways?.includes(one)));
};

/** What the route that is never asked takes is not word for word what another one before it takes. */
export const isNoCopy: Circumstance = ({ object, message }, cluster) => {
  const [, index] = /^Route (\d+)/.exec(message) ?? [];
  const { http = [] } = named(cluster, 'networking.istio.io/VirtualService', object)?.body.spec ?? {};
  const matchesOf = ({ match }: (typeof http)[number]) =>
    (match?.length ? match : [{}]).map((it) => JSON.stringify(it));
  const before = http.slice(0, Number(index)).flatMap(matchesOf);
  return !before.includes('{}') && matchesOf(http[Number(index)]).some((one) => !before.includes(one));
};

/** Whatever leads to one port of the pods speaks the same there. */
export const speaksTheSame: Circumstance = ({ object }, cluster) =>
  cluster.workloads
    .filter(({ manifest: { kind, namespace, name } }) => object === `${kind} ${namespace}/${name}`)
    .flatMap((workload) => workloadPorts(cluster, workload))
    .every(({ fronts }) => new Set(fronts.map(({ port }) => port.protocol)).size <= 1);

/**
 * Ports that lead to one port of the pods have the same number, or do not write where they lead; or istioctl does not
 * look at the pods, whose namespace has another label than the one that it knows.
 */
export const hasOneNumber: Circumstance = ({ message }, cluster) => {
  const [, port, id] = /declares port (\d+) of (\S+) as/.exec(message) ?? [];
  const workload = cluster.workloads.find((it) => it.id === id);
  if (!workload) return false;
  const { fronts = [] } = workloadPorts(cluster, workload).find(({ number }) => String(number) === port) ?? {};
  const written = fronts.filter(({ service, port: { number } }) => {
    const { spec } = service.manifest.body as Bodies['Service'];
    return spec?.ports?.some((it) => it.port === number && it.targetPort !== undefined);
  });
  const isKnown = cluster.namespaces.get(workload.namespace)?.labels['istio-injection'] === 'enabled';
  return !isKnown || new Set(written.map((front) => front.port.number)).size <= 1;
};

/**
 * A VirtualService is for no gateway but the mesh, or passes by no subsets but its own, or by those of a host of
 * another namespace with the same short name.
 */
export const passesByNoOther: Circumstance = ({ object, message }, cluster) => {
  const { gateways = [] } = named(cluster, 'networking.istio.io/VirtualService', object)?.body.spec ?? {};
  const [, other] = /Subset in virtual service (\S+) has no effect/.exec(message) ?? [];
  const isElsewhere = other !== undefined && namespaceOf(other) !== namespaceOf(object);
  return gateways.every((gateway) => gateway === 'mesh') || `VirtualService ${other}` === object || isElsewhere;
};

/** A VirtualService, or the one that it passes by, calls a host by its short name. */
export const namesHostsInShort: Circumstance = ({ object, message }, cluster) => {
  const [, other] = /^VirtualService (\S+) shares/.exec(message) ?? [];
  return [object, `VirtualService ${other}`].some((one) => {
    const { hosts = [], http = [] } = named(cluster, 'networking.istio.io/VirtualService', one)?.body.spec ?? {};
    const all = [...hosts, ...http.flatMap(({ route = [] }) => route.map(({ destination }) => destination.host))];
    return all.some((host) => !host.includes('.'));
  });
};

/** A VirtualService has several hosts. */
export const hasSeveralHosts: Circumstance = ({ object }, cluster) =>
  (named(cluster, 'networking.istio.io/VirtualService', object)?.body.spec?.hosts?.length ?? 0) > 1;

/** No two Gateways have servers with TLS for one host on the port. */
export const hasNoTlsInCommon: Circumstance = ({ object, message }, cluster) => {
  const [, others = '', port] = /gateways (\S+) \(.*, port (\d+),/.exec(message) ?? [];
  const hostsOf = (one: string) =>
    serversAt(cluster, one, port).flatMap(({ tls, hosts }) =>
      tls ? hosts.map((it) => it.replace(/^[.*]\//, '')) : [],
    );
  const own = hostsOf(object);
  return !others.split(',').some((name) => hostsOf(`Gateway ${name}`).some((host) => own.includes(host)));
};

/**
 * Servers of one Gateway are at odds, or what they speak, or they write different ports; or one has several on the
 * port, of which the last is seen.
 */
export const isAboutMoreThanHosts: Circumstance = ({ object, message }, cluster) => {
  const [, winner, port] = /^Gateway (\S+) has \S+ on port (\d+) already/.exec(message) ?? [];
  if (winner === undefined || object === `Gateway ${winner}`) return true;
  return [object, `Gateway ${winner}`].some((one) => serversAt(cluster, one, port).length > 1);
};

/** Two Gateways have selectors of which one is not in the text of the other, or no pods among the manifests. */
export const hasOtherLabels: Circumstance = ({ object, message }, cluster) => {
  const [, winner] = /^Gateway (\S+) has/.exec(message) ?? [];
  const [one, other] = [object, `Gateway ${winner}`].map((it) => {
    const selector = named(cluster, 'networking.istio.io/Gateway', it)?.body.spec?.selector ?? {};
    return Object.entries(selector)
      .map((pair) => pair.join('='))
      .sort()
      .join();
  });
  const isInOther = one.includes(other) || other.includes(one);
  const [some, others] = [object, `Gateway ${winner}`].map((it) => gatewayPods(cluster, it));
  return one !== other && !(isInOther && some.some((it) => others.includes(it)));
};

function serversAt(cluster: Cluster, gateway: string, port: string): readonly GatewayServer[] {
  const { servers = [] } = named(cluster, 'networking.istio.io/Gateway', gateway)?.body.spec ?? {};
  return servers.filter((server) => String(server.port.number) === port);
}

/** No port of an ExternalName Service is read as TCP. */
export const declaresAll: Circumstance = ({ object }, cluster) =>
  [...cluster.services.values()]
    .filter((it) => object === `Service ${it.namespace}/${it.name}`)
    .every(({ ports }) => ports.every(({ protocol }) => protocol !== 'auto' && protocol !== 'tcp'));

/** No pod that a policy is for has a port that is certainly not HTTP. */
export const hasNoOtherPorts: Circumstance = ({ object }, cluster) => {
  const policy = named(cluster, 'security.istio.io/AuthorizationPolicy', object);
  const { selector, rules = [] } = policy?.body.spec ?? {};
  if (rules.every(({ to }) => to?.every(({ operation }) => operation?.ports?.length))) return true;
  return podsIn(cluster, namespaceOf(object))
    .filter(({ labels, dataPlane }) => dataPlane !== 'none' && hasLabels(labels, selector?.matchLabels ?? {}))
    .flatMap((it) => workloadPorts(cluster, it))
    .every(({ protocol }) => protocol === 'auto' || isHttp(protocol));
};

/** It is a field of which istioctl says nothing: another one than these, one that is 0, or of a port or a subset. */
export const isUnknownOrZero: Circumstance = ({ object, message }, cluster) => {
  const [field] = message.split(' ');
  if (!['percent', 'consecutiveErrors', 'minimumRingSize', 'mirrorPercent'].includes(field)) return true;
  const { http } = named(cluster, 'networking.istio.io/VirtualService', object)?.body.spec ?? {};
  const { trafficPolicy } = named(cluster, 'networking.istio.io/DestinationRule', object)?.body.spec ?? {};
  const { portLevelSettings: _, ...ofHost } = trafficPolicy ?? {};
  return !new RegExp(`"${field}":[1-9]`).test(JSON.stringify([http, ofHost]));
};

/** A failover is not that of the whole host, or that has outlier detection. */
export const isNotForWholeHost: Circumstance = ({ object }, cluster) => {
  const { trafficPolicy } = named(cluster, 'networking.istio.io/DestinationRule', object)?.body.spec ?? {};
  const setting = trafficPolicy?.loadBalancer?.localityLbSetting;
  const isOfHost = isObject(setting) && (setting.failover || setting.failoverPriority);
  return !isOfHost || trafficPolicy?.outlierDetection !== undefined;
};

/** The object of a kind that a report calls `Kind namespace/name`. */
export function named<K extends Kind>(cluster: Cluster, kind: K, object: string): Manifest<Bodies[K]> | undefined {
  const [, namespace, name] = /^\S+ ([^/]+)\/(.+)$/.exec(object) ?? [];
  return cluster.objects(kind, namespace).find((it) => it.name === name);
}

export function namespaceOf(object: string): string {
  return object.replace(/^\S+ /, '').split('/')[0];
}

export function quoted(message: string): string {
  return /"(.*)"/.exec(message)?.[1] ?? '';
}

export function namedHost(object: string, message: string): string {
  return fullHost(quoted(message) || /^The host (\S+) /.exec(message)?.[1], object);
}

export function podsIn(cluster: Cluster, namespace: string): readonly Workload[] {
  return cluster.workloads.filter((it) => it.namespace === namespace);
}

export function workloadNamed(cluster: Cluster, object: string): Workload | undefined {
  return cluster.workloads.find(({ manifest: { kind, namespace, name } }) => object === `${kind} ${namespace}/${name}`);
}

export function gatewayPods(cluster: Cluster, object: string): readonly Workload[] {
  const selector: Labels = named(cluster, 'networking.istio.io/Gateway', object)?.body.spec?.selector ?? {};
  return cluster.workloads.filter(({ labels }) => hasLabels(labels, selector));
}

function fullHost(host: string | undefined, object: string): string {
  return resolveShortName(host ?? '', namespaceOf(object)).toLowerCase();
}
