import type { Monitoring } from '../telemetry';
import { ofInbound, ofOutbound, RPC_LABEL, SERVER_ERRORS } from './metrics';

/** A panel: what it is called, in which unit, and each expression with the words for its lines. */
interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly lines: Record<string, string>;
}

/**
 * The calls of every service, and the certificates of the namespace, as a dashboard of Grafana.
 *
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboard(monitoring: Monitoring): object {
  const { name, namespace } = monitoring;
  return {
    uid: `${namespace}-${name}`.slice(0, 40),
    title: `gRPC of ${namespace}`,
    tags: ['grpc', 'istio'],
    schemaVersion: 39,
    editable: false,
    refresh: '1m',
    time: { from: 'now-3h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus' }, services(monitoring)] },
    panels: panels(monitoring).map(placed),
  };
}

function services({ services: watched }: Monitoring): object {
  const names = watched.filter(({ grpcPort }) => grpcPort).map((service) => service.name);
  const options = names.map((text) => ({ text, value: text, selected: false }));
  const current = { text: 'All', value: '$__all' };
  return { name: 'service', type: 'custom', query: names.join(','), options, current, includeAll: true, multi: true };
}

function panels(monitoring: Monitoring): Panel[] {
  const { namespace, services: watched } = monitoring;
  const calls = (metric: string, reporter: string, more = '') =>
    rate(
      `${metric}{reporter="${reporter}",destination_service_namespace="${namespace}",destination_service_name=~"$service",request_protocol="grpc"${more && `,${more}`}}`,
    );
  const requests = (reporter: string, more?: string) => calls('istio_requests_total', reporter, more);
  const quantile = (q: number, by: string, reporter = 'source') =>
    `histogram_quantile(${q}, sum by (le, ${by}) (${calls('istio_request_duration_milliseconds_bucket', reporter)}))`;
  const name = 'destination_service_name';
  const who = 'source_workload_namespace, source_workload';
  const byPod = (metric: string, of: typeof ofInbound) => `sum by (pod) (${rate(of(metric, monitoring))})`;
  const rpcs: Panel[] = [
    {
      title: 'Calls by RPC',
      unit: 'reqps',
      lines: {
        [`{{${RPC_LABEL}}} {{grpc_response_status}}`]: `sum by (${RPC_LABEL}, grpc_response_status) (${requests('destination')})`,
      },
    },
    {
      title: 'Latency by RPC',
      unit: 'ms',
      lines: { [`{{${RPC_LABEL}}} 99 %`]: quantile(0.99, RPC_LABEL, 'destination') },
    },
  ];
  return [
    {
      title: 'Calls by status',
      unit: 'reqps',
      lines: {
        [`{{${name}}} {{grpc_response_status}}`]: `sum by (${name}, grpc_response_status) (${requests('source')})`,
      },
    },
    {
      title: 'Calls that fail',
      unit: 'percent',
      lines: {
        [`{{${name}}}`]: `100 * sum by (${name}) (${requests('source', `grpc_response_status=~"${SERVER_ERRORS}"`)}) / sum by (${name}) (${requests('source')})`,
      },
    },
    {
      title: 'Latency (streams: their life)',
      unit: 'ms',
      lines: { [`{{${name}}} 50 %`]: quantile(0.5, name), [`{{${name}}} 99 %`]: quantile(0.99, name) },
    },
    {
      title: 'Messages',
      unit: 'reqps',
      lines: {
        [`to {{${name}}}`]: `sum by (${name}) (${calls('istio_request_messages_total', 'destination')})`,
        [`from {{${name}}}`]: `sum by (${name}) (${calls('istio_response_messages_total', 'destination')})`,
      },
    },
    ...(watched.some(({ labelsRpcs }) => labelsRpcs) ? rpcs : []),
    {
      title: 'Callers',
      unit: 'reqps',
      lines: { [`{{source_workload}} to {{${name}}}`]: `sum by (${who}, ${name}) (${requests('destination')})` },
    },
    {
      title: 'Refused callers',
      unit: 'reqps',
      lines: {
        [`{{source_workload}} to {{${name}}}`]: `sum by (${who}, ${name}) (${requests('destination', 'grpc_response_status="7"')})`,
      },
    },
    {
      title: 'Calls by security',
      unit: 'reqps',
      lines: { '{{connection_security_policy}}': `sum by (connection_security_policy) (${requests('destination')})` },
    },
    {
      title: 'Connections refused',
      unit: 'cps',
      lines: {
        '{{pod}} another authority': byPod('envoy_listener_ssl_fail_verify_error', ofInbound),
        '{{pod}} no certificate': byPod('envoy_listener_ssl_fail_verify_no_cert', ofInbound),
        '{{pod}} no TLS': byPod('envoy_listener_no_filter_chain_match', ofInbound),
        '{{pod}} wrong server': byPod('envoy_cluster_ssl_fail_verify_san', ofOutbound),
      },
    },
    {
      title: 'Pods left out by their callers',
      unit: 'short',
      lines: {
        '{{pod}} {{cluster_name}}': `max by (pod, cluster_name) (${ofOutbound('envoy_cluster_outlier_detection_ejections_active', monitoring)}) > 0`,
      },
    },
    {
      title: 'Calls beyond limits',
      unit: 'reqps',
      lines: {
        '{{pod}} active': byPod('envoy_cluster_upstream_rq_active_overflow', ofOutbound),
        '{{pod}} pending': byPod('envoy_cluster_upstream_rq_pending_overflow', ofOutbound),
      },
    },
    {
      title: 'Certificates: time left',
      unit: 's',
      lines: {
        '{{pod}}': `min by (pod) (${ofInbound('envoy_listener_ssl_certificate_default_expiration_unix_time_seconds', monitoring)}) - time()`,
      },
    },
  ];
}

// Two in a row, in the order of the list.
function placed({ title, unit, lines }: Panel, i: number): object {
  const datasource = { type: 'prometheus', uid: '$datasource' };
  return {
    id: i + 1,
    type: 'timeseries',
    title,
    datasource,
    gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: Object.entries(lines).map(([legendFormat, expr], n) => ({
      refId: 'ABCD'[n],
      datasource,
      expr,
      legendFormat,
    })),
  };
}

function rate(selector: string): string {
  return `rate(${selector}[$__rate_interval])`;
}
