/**
 * The annotations that Istio reads, and on what. `deprecated`: it has a better way by now.
 *
 * @see https://github.com/istio/api/blob/1.31.1/annotation/annotations.gen.go
 */
export interface IstioAnnotation {
  readonly on: readonly string[];
  readonly deprecated?: true;
}

const ON_PODS = [
  'ambient.istio.io/bypass-inbound-capture',
  'ambient.istio.io/dns-capture',
  'ambient.istio.io/redirection',
  'inject.istio.io/templates',
  'istio.io/reroute-virtual-interfaces',
  'istio.io/rev',
  'prometheus.istio.io/merge-metrics',
  'proxy.istio.io/config',
  'proxy.istio.io/overrides',
  'readiness.status.sidecar.istio.io/applicationPorts',
  'readiness.status.sidecar.istio.io/failureThreshold',
  'readiness.status.sidecar.istio.io/initialDelaySeconds',
  'readiness.status.sidecar.istio.io/periodSeconds',
  'sidecar.istio.io/agentLogLevel',
  'sidecar.istio.io/bootstrapOverride',
  'sidecar.istio.io/componentLogLevel',
  'sidecar.istio.io/interceptionMode',
  'sidecar.istio.io/logLevel',
  'sidecar.istio.io/nativeSidecar',
  'sidecar.istio.io/proxyCPU',
  'sidecar.istio.io/proxyCPULimit',
  'sidecar.istio.io/proxyImage',
  'sidecar.istio.io/proxyImageType',
  'sidecar.istio.io/proxyMemory',
  'sidecar.istio.io/proxyMemoryLimit',
  'sidecar.istio.io/rewriteAppHTTPProbers',
  'sidecar.istio.io/statsEvictionInterval',
  'sidecar.istio.io/statsFlushInterval',
  'sidecar.istio.io/statsHistogramBins',
  'sidecar.istio.io/statsHistogramBuckets',
  'sidecar.istio.io/status',
  'sidecar.istio.io/userVolume',
  'sidecar.istio.io/userVolumeMount',
  'status.sidecar.istio.io/port',
  'traffic.sidecar.istio.io/excludeInboundPorts',
  'traffic.sidecar.istio.io/excludeInterfaces',
  'traffic.sidecar.istio.io/excludeOutboundIPRanges',
  'traffic.sidecar.istio.io/excludeOutboundPorts',
  'traffic.sidecar.istio.io/includeInboundPorts',
  'traffic.sidecar.istio.io/includeOutboundIPRanges',
  'traffic.sidecar.istio.io/includeOutboundPorts',
];

const DEPRECATED_ON_PODS = [
  'sidecar.istio.io/discoveryAddress',
  'sidecar.istio.io/extraStatTags',
  'sidecar.istio.io/inject',
  'sidecar.istio.io/statsCompression',
  'sidecar.istio.io/statsInclusionPrefixes',
  'sidecar.istio.io/statsInclusionRegexps',
  'sidecar.istio.io/statsInclusionSuffixes',
  'traffic.sidecar.istio.io/kubevirtInterfaces',
];

const POD: IstioAnnotation = { on: ['Pod'] };
const OLD_POD: IstioAnnotation = { on: ['Pod'], deprecated: true };

export const ISTIO_ANNOTATIONS: ReadonlyMap<string, IstioAnnotation> = new Map<string, IstioAnnotation>([
  ...ON_PODS.map((name) => [name, POD] as const),
  ...DEPRECATED_ON_PODS.map((name) => [name, OLD_POD] as const),
  ['alpha.istio.io/canonical-serviceaccounts', { on: ['Service'], deprecated: true }],
  ['alpha.istio.io/kubernetes-serviceaccounts', { on: ['Service'], deprecated: true }],
  ['ambient.istio.io/waypoint-inbound-binding', { on: ['GatewayClass', 'Gateway'] }],
  ['galley.istio.io/analyze-suppress', { on: [] }],
  ['gateway.istio.io/controller-version', { on: [] }],
  ['gateway.istio.io/name-override', { on: ['Gateway'] }],
  ['gateway.istio.io/service-account', { on: ['Gateway'] }],
  ['istio.io/autoRegistrationGroup', { on: ['WorkloadEntry'] }],
  ['istio.io/connectedAt', { on: ['WorkloadEntry'] }],
  ['istio.io/disconnectedAt', { on: ['WorkloadEntry'] }],
  ['istio.io/dry-run', { on: ['AuthorizationPolicy'] }],
  ['istio.io/use-waypoint-canary-weight', { on: ['Service', 'ServiceEntry', 'Namespace'] }],
  ['istio.io/workloadController', { on: ['WorkloadEntry'] }],
  ['networking.istio.io/exportTo', { on: ['Service'] }],
  ['networking.istio.io/service-type', { on: ['Gateway'] }],
  ['networking.istio.io/traffic-distribution', { on: ['Namespace', 'Service', 'ServiceEntry'] }],
  ['topology.istio.io/controlPlaneClusters', { on: ['Namespace'] }],
  ['traffic.istio.io/nodeSelector', { on: ['Service'] }],
]);

/** Whether an annotation is one that only Istio would read. */
export function isIstios(annotation: string): boolean {
  return /^(?:[\w-]+\.)*istio\.io\//.test(annotation);
}
