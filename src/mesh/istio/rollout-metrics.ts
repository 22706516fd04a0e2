import type { RolloutGate } from '../../values/rollout-gate';

/**
 * What a gate asks of Prometheus, for the calls that these labels select; a percentage or milliseconds. No calls, no
 * answer.
 *
 * `source`: callers and gateways also count calls that never reached the server.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function gateQuery({ _status, _latency }: RolloutGate, labels: Record<string, string>, window: string): string {
  const all = { reporter: 'source', ...labels };
  if (_status) {
    const total = `istio_requests_total${selector({ ...all, request_protocol: 'grpc' })}`;
    // The empty alternative: calls that were never answered have no status.
    const bad = total.replace(/}$/, `,grpc_response_status=~"|${_status.bad.join('|')}"}`);
    return `100 * (1 - (sum(rate(${bad}[${window}])) or vector(0)) / sum(rate(${total}[${window}])))`;
  }
  const buckets = `istio_request_duration_milliseconds_bucket${selector(all)}`;
  const quantile = Number(((_latency?.percentile ?? 99) / 100).toPrecision(12));
  return `histogram_quantile(${quantile}, sum by (le) (rate(${buckets}[${window}])))`;
}

function selector(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `{${pairs.join(',')}}`;
}
