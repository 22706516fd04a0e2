/**
 * The ends of the names of Envoy's statistics that alerts and dashboards read. A proxy of Istio keeps none of them
 * unless it is told to, at its start.
 *
 * @see https://istio.io/latest/docs/ops/configuration/telemetry/envoy-stats/
 */
export const proxyStats = [
  'expiration_unix_time_seconds',
  'no_filter_chain_match',
  'outlier_detection.ejections_active',
  'ssl.fail_verify_error',
  'ssl.fail_verify_no_cert',
  'ssl.fail_verify_san',
  'upstream_rq_active_overflow',
  'upstream_rq_pending_overflow',
];
