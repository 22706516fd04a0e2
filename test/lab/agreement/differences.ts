import type { Cluster } from '../../../src/manifests/cluster';
import { didYouMean } from '../../../src/manifests/words';
import { isSubsetOf } from '../../../src/simulation/visibility/hosts';
import { resolveShortName } from '../../../src/simulation/visibility/resolve-host';
import {
  type Circumstance,
  declaresAll,
  gatewayPods,
  hasNoOtherPorts,
  hasNoPodsBehind,
  hasNoTlsInCommon,
  hasOneNumber,
  hasOtherLabels,
  hasOtherMatches,
  hasPodsApartFromAmbient,
  hasPodsElsewhere,
  hasSeveralHosts,
  isAboutMoreThanHosts,
  isInAmbientNamespace,
  isKeptOutOfMesh,
  isNoCopy,
  isNotForWholeHost,
  isNotHalfInMesh,
  isUnknownOrZero,
  leavesGateways,
  namedHost,
  namesHostsInShort,
  namespaceOf,
  passesByNoOther,
  podsIn,
  quoted,
  sharesNoScope,
  speaksTheSame,
  verifiesNames,
  workloadNamed,
} from './circumstances';
import type { Compared } from './compared';

/** What one side says and the other does not, and why that is as it should be. Our pages say it too. */
export interface Difference {
  readonly code: RegExp;
  readonly by: 'theirs' | 'ours';
  readonly rule?: string;
  readonly message?: RegExp;
  /** Whether it is this one; without it, each of these. */
  readonly when?: Circumstance;
  readonly why: string;
}

/**
 * Every difference there may be. What no row explains is a mistake: of a rule or, if istioctl is wrong or blind, of this
 * table. A row that explains nothing is one too.
 */
export const DIFFERENCES: readonly Difference[] = [
  // We see less, because some manifests of a cluster are not all of them.
  {
    code: /^(IST0101 host|IST0174)$/,
    by: 'theirs',
    when: ({ object, message }, cluster) => {
      const [, owner, domain] = namedHost(object, message).split('.');
      const isKnown = [...cluster.services.values()].some((it) => it.kind === 'Service' && it.namespace === owner);
      return domain === 'svc' && !isKnown;
    },
    why: 'no Service of that namespace is among the manifests',
  },
  {
    code: /^(IST0101 host|IST0174)$/,
    by: 'theirs',
    when: ({ object, message }, cluster) => {
      const host = namedHost(object, message);
      const services = [...cluster.services.values()].filter((it) => isSubsetOf(host, it.host));
      return services.length > 0 && services.every(({ exportTo }) => !exportTo.includes('*'));
    },
    why: 'somebody sees the Service and reads the route: istioctl looks from one namespace, and takes `*` for another one',
  },
  {
    code: /^IST0101 host\+subset$/,
    by: 'theirs',
    when: (_, { malformed }) => malformed.some(({ manifest }) => manifest.kind === 'DestinationRule'),
    why: 'a DestinationRule of the host is refused, and may be meant to make the subset',
  },
  {
    code: /^IST0101 credentialName$/,
    by: 'theirs',
    when: ({ message }, cluster) => !cluster.objects('Secret').some(({ name }) => message.includes(`"${name}"`)),
    why: 'no Secret of that name is among the manifests',
  },
  {
    code: /^IST0101 gateway$/,
    by: 'theirs',
    when: ({ object, message }, cluster) => {
      const [owner] = quoted(message).split('/');
      return owner !== namespaceOf(object) && cluster.objects('networking.istio.io/Gateway', owner).length === 0;
    },
    why: 'no Gateway of that namespace is among the manifests',
  },
  {
    code: /^IST0132$/,
    by: 'theirs',
    when: ({ message }, cluster) => {
      const [, name] = /not found in Gateway (\S+?)\.?$/.exec(message) ?? [];
      return !cluster.objects('networking.istio.io/Gateway').some((it) => `${it.namespace}/${it.name}` === name);
    },
    why: 'the Gateway is not there, or none of the manifests: nobody knows which hosts it takes',
  },
  {
    code: /^IST0101 namespace$/,
    by: 'theirs',
    when: ({ message }, cluster) =>
      message.includes('*') || didYouMean(quoted(message), [...cluster.namespaces.keys()]) === '',
    why: 'namespaces are rarely all among the manifests: only a slip of the pen is reported',
  },
  {
    code: /^(IST0101 selector|IST0127)$/,
    by: 'theirs',
    when: ({ object }, cluster) => {
      const namespace = namespaceOf(object);
      const isUnknown = podsIn(cluster, namespace).length === 0;
      return isUnknown || cluster.objects('networking.istio.io/WorkloadGroup', namespace).length > 0;
    },
    why: 'no pod of that namespace is among the manifests, or machines join it',
  },
  {
    code: /^IST0127$/,
    by: 'theirs',
    when: ({ object }, cluster) => {
      const { labels = {} } = cluster.namespaces.get(namespaceOf(object)) ?? {};
      return 'istio.io/rev' in labels || labels['istio.io/dataplane-mode'] === 'ambient';
    },
    why: 'istioctl knows istio-injection alone; the label istio.io/rev puts pods into the mesh too, and so does ambient mode',
  },
  {
    code: /^IST0127$/,
    by: 'theirs',
    when: ({ object }, cluster) => !cluster.objects('Namespace').some(({ name }) => name === namespaceOf(object)),
    why: 'the Namespace is not among the manifests: it may have the label, for which istioctl takes it that it has not',
  },
  {
    code: /^IST0106$/,
    by: 'theirs',
    message: /duplicate hosts in virtual service/,
    why: 'no rule is about it, as is true of much that the webhook refuses',
  },
  {
    code: /^IST0133$/,
    by: 'theirs',
    message: /duplicated egress host/,
    why: 'a host that is there twice does no harm, so no rule is about it',
  },
  {
    code: /^IST0102$/,
    by: 'theirs',
    when: isNotHalfInMesh,
    why: 'a namespace is reported where something of the mesh is in it and some pod is not; others are nobody’s business',
  },
  {
    code: /^IST0162$/,
    by: 'theirs',
    when: ({ object }, cluster) => gatewayPods(cluster, object).every((pod) => cluster.servicesOf(pod).length === 0),
    why: 'no Service of the gateway is among the manifests',
  },
  {
    code: /^IST0173$/,
    by: 'theirs',
    when: hasNoPodsBehind,
    why: 'no pod behind the Service is among the manifests, or the Service selects none',
  },
  {
    code: /^IST0118$/,
    by: 'theirs',
    when: ({ object }, cluster) => {
      const service = [...cluster.services.values()].find((it) => object === `Service ${it.namespace}/${it.name}`);
      const behind = service ? cluster.workloadsOf(service) : [];
      return behind.length > 0 && behind.every(({ dataPlane }) => dataPlane === 'none');
    },
    why: 'no pod behind the Service is in the mesh',
  },
  {
    code: /^IST0144$/,
    by: 'theirs',
    when: ({ object }, cluster) => workloadNamed(cluster, object)?.dataPlane !== 'sidecar',
    why: 'pods without a sidecar may have user 1337',
  },
  {
    code: /^IST0133$/,
    by: 'theirs',
    message: /will deny all traffic to TCP ports/,
    when: hasNoOtherPorts,
    why: 'istioctl does not look at the ports, and ours are all HTTP, or unknown',
  },

  // istioctl is wrong.
  {
    code: /^IST0101 host:port$/,
    by: 'theirs',
    when: ({ object, message }, cluster) => {
      const host = resolveShortName(quoted(message).replace(/:\d+$/, ''), namespaceOf(object));
      const entries = cluster.objects('networking.istio.io/ServiceEntry');
      return (
        cluster.services.get(host)?.kind === 'Service' && entries.some(({ body }) => body.spec?.hosts.includes(host))
      );
    },
    why: 'of a Service and a ServiceEntry for its host istioctl remembers one, whichever comes last',
  },
  {
    code: /^IST0109$/,
    by: 'theirs',
    message: /The VirtualServices ([^,\s]+)(?:,\1)* associated/,
    why: 'a VirtualService that names a host in full and in short is not at odds with itself: istiod takes the host once',
  },
  {
    code: /^IST0109$/,
    by: 'theirs',
    when: sharesNoScope,
    why: 'one for some namespaces alone is read there before one for all: that is defined, and how an exception is made',
  },
  {
    code: /^IST012[89]$/,
    by: 'theirs',
    when: verifiesNames,
    why: 'without caCertificates Istio verifies against the authorities of the system',
  },
  {
    code: /^IST0131$/,
    by: 'theirs',
    when: hasOtherMatches,
    why: 'one match of a route is in vain, and the route is taken by another one',
  },
  {
    code: /^IST0131$/,
    by: 'theirs',
    when: leavesGateways,
    why: 'the match before it is for some gateways alone, at which istioctl does not look',
  },
  {
    code: /^IST0137$/,
    by: 'theirs',
    when: speaksTheSame,
    why: 'several ports that lead to one port of the pod are good, if they speak the same',
  },
  {
    code: /^IST0137$/,
    by: 'theirs',
    when: isKeptOutOfMesh,
    why: 'the label of a pod does not overrule istio-injection: disabled, so nothing reads the ports of these pods',
  },
  {
    code: /^IST0140$/,
    by: 'theirs',
    when: passesByNoOther,
    why: 'a VirtualService for a gateway does not pass by its own subsets, and `mesh` is no gateway',
  },
  {
    code: /^IST0145$/,
    by: 'theirs',
    when: hasNoTlsInCommon,
    why: 'servers of plain HTTP on one port are joined, hosts and all, and stand beside those with TLS',
  },
  {
    code: /^IST0150$/,
    by: 'theirs',
    when: declaresAll,
    why: 'appProtocol decides, also of a port whose name is tcp',
  },
  {
    code: /^IST0167$/,
    by: 'theirs',
    when: hasPodsApartFromAmbient,
    why: 'some pods of the namespace have a sidecar of their own wish, and obey the Sidecar',
  },

  // istioctl is blind.
  {
    code: /^IST0002 or IST0133$/,
    by: 'ours',
    rule: 'DeprecatedField',
    when: isUnknownOrZero,
    why: 'istioctl knows few of the deprecated fields, and takes a 0 for a field that is not there',
  },
  {
    code: /^(IST0101 host:port|IST0112)$/,
    by: 'ours',
    when: ({ message }, cluster) => {
      const service = cluster.services.get(/^(\S+) has /.exec(message)?.[1] ?? '');
      return service !== undefined && !service.exportTo.includes('*');
    },
    why: 'istioctl stops where it takes the host for hidden',
  },
  {
    code: /^IST0101 namespace$/,
    by: 'ours',
    message: /'[^']*[A-Z]/,
    why: 'istioctl compares names of namespaces without regard to case; Envoy does not',
  },
  {
    code: /^IST0127 or IST0101 selector$/,
    by: 'ours',
    when: ({ object }) => !/^(?:AuthorizationPolicy|Sidecar|Telemetry) /.test(object),
    why: 'istioctl looks at the selectors of no other kind',
  },
  {
    code: /^IST0127$/,
    by: 'ours',
    rule: 'PolicyWithoutProxy',
    when: ({ object }) => !object.startsWith('AuthorizationPolicy '),
    why: 'istioctl looks at AuthorizationPolicies alone',
  },
  {
    code: /^IST0127$/,
    by: 'ours',
    rule: 'PolicyWithoutProxy',
    when: ({ object }, cluster) =>
      cluster.namespaces.get(namespaceOf(object))?.labels['istio-injection'] === 'disabled',
    why: 'the label of a pod does not overrule istio-injection: disabled, as istioctl believes',
  },
  {
    code: /^IST0128 or IST0129$/,
    by: 'ours',
    message: /^insecureSkipVerify|no subjectAltNames/,
    why: 'istioctl asks for caCertificates, and not whether a name is compared, or anything at all',
  },
  {
    code: /^IST0130 or IST0131$/,
    by: 'ours',
    when: isNoCopy,
    why: 'istioctl compares matches word for word, and prefixes with prefixes, not with what they cover',
  },
  {
    code: /^IST0132$/,
    by: 'ours',
    when: hasSeveralHosts,
    why: 'istioctl is content if the Gateway takes one of several hosts',
  },
  {
    code: /^IST0133$/,
    by: 'ours',
    rule: 'FailoverWithoutOutlierDetection',
    when: isNotForWholeHost,
    why: 'Istio warns only of a failover in the traffic policy of the host',
  },
  {
    code: /^IST0140$/,
    by: 'ours',
    when: namesHostsInShort,
    why: 'istioctl compares hosts as they are written, and so not a short name with a full one',
  },
  {
    code: /^IST0145$/,
    by: 'ours',
    message: /so Envoy refuses the port/,
    why: 'istioctl compares hosts together with the namespaces that they are for, Envoy compares names',
  },
  {
    code: /^IST0145$/,
    by: 'ours',
    when: isAboutMoreThanHosts,
    why: 'istioctl compares no protocols, ports as they are written, and of a Gateway only the last server on a port',
  },
  {
    code: /^IST0145$/,
    by: 'ours',
    when: hasOtherLabels,
    why: 'of two selectors istioctl looks for one in the text of the other, and for a pod that is there: whatever has the labels of the longer has those of both',
  },
  {
    code: /^IST0116 or IST0137$/,
    by: 'ours',
    when: hasOneNumber,
    why: 'istioctl compares TCP with UDP, and numbers of ports as far as they are written; not what they speak',
  },
  {
    code: /^IST0110 or IST0111$/,
    by: 'ours',
    when: isInAmbientNamespace,
    why: 'in a namespace in ambient mode istioctl does not look for pods with a sidecar',
  },
  {
    code: /^IST0167$/,
    by: 'ours',
    when: isInAmbientNamespace,
    why: 'istioctl goes by an annotation that a running pod has, and not by the label of the namespace',
  },
  {
    code: /^IST0173$/,
    by: 'ours',
    when: hasPodsElsewhere,
    why: 'istioctl is content with any pod of the mesh that has the labels, also behind another Service, and stops where it takes the host for hidden',
  },
];

/** The row that explains a difference. */
export function explained(about: Compared, cluster: Cluster): Difference | undefined {
  return DIFFERENCES.find(
    ({ code, by, rule, message, when }) =>
      by === about.by &&
      code.test(about.code) &&
      (rule === undefined || rule === about.rule) &&
      (message === undefined || message.test(about.message)) &&
      (when === undefined || when(about, cluster)),
  );
}
