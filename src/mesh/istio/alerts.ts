import { Streaming } from '../../values/grpc-method';
import type { Monitoring, Watched } from '../telemetry';
import {
  literally,
  ofCluster,
  ofInbound,
  ofOutbound,
  RPC_LABEL,
  SERVER_ERRORS,
  seenByCallers,
  seenByServer,
} from './metrics';
import type { AlertingRule, PrometheusRuleSpec } from './types';

/** What is wrong with the calls of each service, and with the certificates of the namespace. */
export function alerts(monitoring: Monitoring): PrometheusRuleSpec {
  const { namespace, name, services } = monitoring;
  const watched = services.filter(({ grpcPort }) => grpcPort);
  return {
    groups: [
      ...watched.map((service) => ({
        name: `${namespace}-${name}-${service.name}`,
        rules: callAlerts(service, monitoring),
      })),
      { name: `${namespace}-${name}`, rules: trustAlerts(monitoring) },
    ],
  };
}

function callAlerts(service: Watched, { limits }: Monitoring): AlertingRule[] {
  const failed = rate(seenByCallers('istio_requests_total', service, `grpc_response_status=~"${SERVER_ERRORS}"`));
  const all = rate(seenByCallers('istio_requests_total', service));
  const refused = rate(seenByServer('istio_requests_total', service, 'grpc_response_status="7"'));
  // Whoever may come in plaintext has no name here; only a workload that has one should not.
  const named = service.takesPlaintext ? ',source_workload!="unknown"' : '';
  const inPlaintext = `connection_security_policy!="mutual_tls"${named}`;
  const plain = rate(seenByServer('istio_requests_total', service, inPlaintext));
  const ejected = ofCluster('envoy_cluster_outlier_detection_ejections_active', service);
  const held = limits.pendingSeconds;
  const { name } = service;
  const caller = '{{ $labels.source_workload }} of {{ $labels.source_workload_namespace }}';
  const byCaller = 'by (source_workload_namespace, source_workload)';
  return [
    alert('GrpcErrors', 'critical', service, held, {
      expr: `100 * sum(${failed}) / sum(${all}) > ${limits.errorPercentage}`,
      summary: `{{ $value | humanize }} % of the calls of ${name} fail.`,
    }),
    ...slow(service, limits.latencyMillis, held),
    alert('GrpcRefused', 'warning', service, held, {
      expr: `sum ${byCaller} (${refused}) > 0`,
      summary: `${name} refuses calls of ${caller}: PERMISSION_DENIED.`,
    }),
    alert('GrpcWithoutMutualTls', 'critical', service, held, {
      expr: `sum ${byCaller} (${plain}) > 0`,
      summary: `Calls of ${caller} reach ${name} without mutual TLS.`,
    }),
    alert('GrpcPodsEjected', 'warning', service, held, {
      expr: `max by (namespace, pod) (${ejected}) > 0`,
      summary: `{{ $labels.pod }} of {{ $labels.namespace }} leaves out {{ $value }} pods of ${name}: they fail.`,
    }),
    alert('GrpcOverflow', 'warning', service, held, {
      expr: ['active', 'pending']
        .map((what) => ofCluster(`envoy_cluster_upstream_rq_${what}_overflow`, service))
        .map((calls) => `sum by (namespace, pod) (${rate(calls)}) > 0`)
        .join(' or '),
      summary: `{{ $labels.pod }} of {{ $labels.namespace }} calls ${name} beyond its limits: UNAVAILABLE.`,
    }),
  ];
}

// The time of a stream is its life, which says nothing of its server.
function slow(service: Watched, millis: number, held: number): AlertingRule[] {
  const unary = service.methods.filter(({ streaming }) => streaming === Streaming.NONE);
  const bucket = 'istio_request_duration_milliseconds_bucket';
  const quantile = (by: string, calls: string) =>
    `histogram_quantile(0.99, sum by (${by}) (${rate(calls)})) > ${millis}`;
  if (service.labelsRpcs && unary.length > 0) {
    const paths = unary.map(({ path }) => literally(path)).join('|');
    const expr = quantile(`le, ${RPC_LABEL}`, seenByServer(bucket, service, `${RPC_LABEL}=~"${paths}"`));
    const summary = `{{ $labels.${RPC_LABEL} }} of ${service.name} takes {{ $value | humanize }} ms (99th percentile).`;
    return [alert('GrpcSlow', 'warning', service, held, { expr, summary })];
  }
  if (unary.length < service.methods.length || unary.length === 0) return [];
  const expr = quantile('le', seenByCallers(bucket, service));
  const summary = `Calls of ${service.name} take {{ $value | humanize }} ms (99th percentile).`;
  return [alert('GrpcSlow', 'warning', service, held, { expr, summary })];
}

function trustAlerts(monitoring: Monitoring): AlertingRule[] {
  const { pendingSeconds: held, certificateSeconds, rootSeconds } = monitoring.limits;
  const broken = (metric: string, of: typeof ofInbound) => `sum by (pod) (${rate(of(metric, monitoring))}) > 0`;
  const left = (certificate: string) =>
    `min by (pod) (${ofInbound(`envoy_listener_ssl_certificate_${certificate}_expiration_unix_time_seconds`, monitoring)}) - time()`;
  return [
    alert('MeshCallerNotTrusted', 'critical', monitoring, held, {
      expr: ['error', 'no_cert'].map((why) => broken(`envoy_listener_ssl_fail_verify_${why}`, ofInbound)).join(' or '),
      summary: 'Somebody connects to {{ $labels.pod }} with a certificate of another authority, or with none.',
    }),
    alert('MeshPlaintextRefused', 'warning', monitoring, held, {
      expr: broken('envoy_listener_no_filter_chain_match', ofInbound),
      summary: 'Somebody connects to {{ $labels.pod }} without TLS, and is refused.',
    }),
    alert('MeshServerNotTrusted', 'critical', monitoring, held, {
      expr: ['error', 'san'].map((why) => broken(`envoy_cluster_ssl_fail_verify_${why}`, ofOutbound)).join(' or '),
      summary: '{{ $labels.pod }} connects to a server that cannot prove who it is.',
    }),
    alert('MeshCertificateExpiring', 'critical', monitoring, held, {
      expr: `${left('default')} < ${certificateSeconds}`,
      summary: 'The certificate of {{ $labels.pod }} ends in {{ $value | humanizeDuration }} and was not renewed.',
    }),
    alert('MeshRootCertificateExpiring', 'critical', monitoring, held, {
      expr: `${left('ROOTCA')} < ${rootSeconds}`,
      summary: 'The authority that {{ $labels.pod }} trusts ends in {{ $value | humanizeDuration }}.',
    }),
  ];
}

function alert(
  name: string,
  severity: 'critical' | 'warning',
  about: Watched | Monitoring,
  heldSeconds: number,
  { expr, summary }: { expr: string; summary: string },
): AlertingRule {
  const subject: Record<string, string> =
    'host' in about ? { service: about.name, service_namespace: about.pods.namespace } : { namespace: about.namespace };
  return { alert: name, expr, for: `${heldSeconds}s`, labels: { severity, ...subject }, annotations: { summary } };
}

function rate(selector: string): string {
  return `rate(${selector}[5m])`;
}
