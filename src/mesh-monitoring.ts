import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshError, placeOf, placeOfNew } from './errors';
import { unusedId } from './kubernetes/owned-object';
import type { AlarmLimits, Watched } from './mesh/telemetry';
import type { MeshService } from './mesh-service';
import { variable } from './operations';
import { withProxy } from './outside-mesh';
import { labelValue } from './values/labels';
import type { MetricsScraper } from './values/metrics-scraper';
import { milliseconds } from './values/milliseconds';
import { dnsLabel } from './values/names';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Who is watched, by whom, and what is too much. */
export interface MeshMonitoringProps {
  /**
   * Services of this namespace. Those that serve RPCs get alerts of their own; of the others the proxies tell what
   * becomes of their calls.
   */
  readonly services: MeshService[];

  /** Who reads the metrics of the namespace: a NetworkPolicy lets nobody else. */
  readonly scraper: MetricsScraper;

  /**
   * Labels of the PrometheusRule, by which a Prometheus finds its rules: `{ release: 'kube-prometheus-stack' }`.
   *
   * @default - none: a Prometheus whose `ruleSelector` is empty takes it
   */
  readonly ruleLabels?: { [key: string]: string };

  /**
   * Percent of the calls of a service that may fail, from 0 to 100: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED,
   * INTERNAL, UNAVAILABLE and DATA_LOSS, as callers see them.
   *
   * @default 5
   * @see https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
   */
  readonly errorPercentage?: number;

  /**
   * How long 99 of 100 unary calls may take. Whole milliseconds.
   *
   * A service that also serves streams has this alert only if its metrics tell RPCs apart: the time of a stream is its
   * life.
   *
   * @default Duration.seconds(1)
   */
  readonly latency?: Duration;

  /**
   * How long before its end a certificate of a workload is an alert. Istio's live for 24 h and are renewed after about
   * half of that. Whole milliseconds.
   *
   * @default Duration.hours(6)
   */
  readonly certificateValidity?: Duration;

  /**
   * How long before its end the certificate of the mesh's authority is an alert. Whole milliseconds.
   *
   * @default Duration.days(30)
   */
  readonly rootCertificateValidity?: Duration;

  /**
   * How long something must last before it is an alert. Whole seconds, at least 1.
   *
   * @default Duration.minutes(5)
   */
  readonly pending?: Duration;
}

/**
 * Alerts and a dashboard on metrics that a proxy of Istio really has, gRPC status included: to HTTP a call that fails
 * is a 200.
 *
 * Leaves in the cluster: a PrometheusRule, a ConfigMap with a dashboard that Grafana's sidecar finds
 * (`grafana_dashboard: "1"`), a NetworkPolicy that lets the scraper reach the metrics of their proxies (15020
 * and 15090), and in the pods of images an annotation by which their proxies keep the metrics of TLS, ejections, limits
 * and certificates (`proxyStatsMatcher`): pods restart when a service is watched for the first time. Pods that are
 * deployed otherwise need that annotation from their owner, or those alerts stay silent.
 *
 * Alerts: `GrpcErrors`, `GrpcSlow`, `GrpcRefused`, `GrpcWithoutMutualTls`, `GrpcPodsEjected`, `GrpcOverflow` for each
 * server; `MeshCallerNotTrusted`, `MeshPlaintextRefused`, `MeshServerNotTrusted`, `MeshCertificateExpiring`,
 * `MeshRootCertificateExpiring` for the namespace. That the scraper does scrape is yours to see to.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `NothingWatched`, `NotOurs`,
 * `WatchedElsewhere`, `WatchedTwice`, `NoProxy`, `InvalidPercentage`, `InvalidDuration`, `InvalidLabel`.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export class MeshMonitoring extends Construct {
  /**
   * @param scope the ZeroTrustNamespace of the services, or a construct below it
   * @param id name of the PrometheusRule and of the NetworkPolicy; the ConfigMap is called `<id>-dashboard`
   * @param props who is watched, by whom, and what is too much
   */
  public constructor(scope: Construct, id: string, props: MeshMonitoringProps) {
    const where = placeOfNew(scope, id, 'MeshMonitoring');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    const home = ZeroTrustNamespace._enclosing(scope, where);
    const { services, scraper, ruleLabels = {} } = props;
    const limits = alarmLimits(props, where);
    for (const [key, value] of Object.entries(ruleLabels)) labelValue(key, value, where);
    if (services.length === 0) throw nothingWatched(where);
    for (const service of services) watch(service, home, placeOf(this));
    const shape = { name: id, namespace: home.namespaceName, ruleLabels };
    home.mesh._backEnd.monitoring(this, shape, () => ({
      ...shape,
      services: services.map(watched),
      scraper: { namespace: scraper.namespaceName, labels: scraper.podLabels },
      limits,
    }));
  }
}

function watch(service: MeshService, home: ZeroTrustNamespace, where: string): void {
  if (service._versions.home !== home) throw elsewhere(service, where);
  withProxy(service, where);
  const first = service._intents.watchedBy;
  if (first !== undefined) throw watchedTwice(service, first, where);
  service._intents.watchedBy = where;
}

function watched(service: MeshService): Watched {
  const { host, grpcPort, methods } = service._routing();
  return {
    name: service.serviceName,
    host,
    pods: service._pods,
    grpcPort,
    methods: methods.map(({ method }) => method),
    labelsRpcs: service._intents.labelsRpcs,
    takesPlaintext: service._intents.plaintext.length > 0,
  };
}

function alarmLimits(props: MeshMonitoringProps, where: string): AlarmLimits {
  const seconds = (duration: Duration, noun: string) => milliseconds(duration, noun, where) / 1000;
  return {
    errorPercentage: errorPercentage(props.errorPercentage ?? 5, where),
    latencyMillis: milliseconds(props.latency ?? Duration.seconds(1), 'latency', where),
    certificateSeconds: seconds(props.certificateValidity ?? Duration.hours(6), 'certificateValidity'),
    rootSeconds: seconds(props.rootCertificateValidity ?? Duration.days(30), 'rootCertificateValidity'),
    pendingSeconds: wholeSeconds(props.pending ?? Duration.minutes(5), where),
  };
}

function errorPercentage(percent: number, where: string): number {
  if (percent >= 0 && percent < 100) return percent;
  throw new MeshError({
    code: 'InvalidPercentage',
    where,
    what: `errorPercentage is ${percent}, a number from 0 to under 100 is needed.`,
    why: 'More than all calls cannot fail: the alert would never fire.',
    fix: 'errorPercentage: 5',
  });
}

function wholeSeconds(pending: Duration, where: string): number {
  const seconds = pending.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= 1) return seconds;
  throw new MeshError({
    code: 'InvalidDuration',
    where,
    what: `pending is ${seconds} s.`,
    why: 'Prometheus looks at its rules every few seconds, and one that need not last fires at every hiccup.',
    fix: 'pending: Duration.minutes(5)',
  });
}

function nothingWatched(where: string): MeshError {
  return new MeshError({
    code: 'NothingWatched',
    where,
    what: 'the list of services is empty.',
    why: 'Without a service there is nothing to be alarmed about.',
    fix: 'services: [order, payment]',
  });
}

function elsewhere(service: MeshService, where: string): MeshError {
  const name = service.serviceName;
  return new MeshError({
    code: service._isPeer ? 'NotOurs' : 'WatchedElsewhere',
    where,
    what: `${name} belongs to ${service._isPeer ? 'somebody else' : `the namespace ${service.namespaceName}`}.`,
    why: 'What opens its metrics to the scraper lies beside its pods, and its alerts beside that.',
    fix: `new MeshMonitoring(${variable(service.namespaceName)}, 'monitoring', { services: [${variable(service.node.id)}], ... })`,
  });
}

function watchedTwice(service: MeshService, first: string, where: string): MeshError {
  return new MeshError({
    code: 'WatchedTwice',
    where,
    what: `${service.serviceName} is watched by ${first} already.`,
    why: 'Every alert about it would be sent twice.',
    fix: 'name it in one of the two',
  });
}
