import { Construct } from 'constructs';
import { MeshError, placeOf, placeOfNew } from './errors';
import type { GrpcService } from './grpc-service';
import { unusedId } from './kubernetes/owned-object';
import type { Telemetry } from './mesh/telemetry';
import { needProvider } from './mesh-needs';
import type { MeshService } from './mesh-service';
import { variable } from './operations';
import { withProxy } from './outside-mesh';
import type { AccessLogFilter } from './values/access-log-filter';
import { ExtensionProvider } from './values/extension-provider';
import { dnsLabel } from './values/names';
import type { SpanTag } from './values/span-tag';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Which traces go where. */
export interface TracingOptions {
  /**
   * Who collects them by OTLP: a service of ours or a peer that serves `GrpcApi.openTelemetryTraces()`.
   *
   * It is an extension provider of the mesh, called after its Service and namespace: `MeshSettings` has it by itself.
   */
  readonly collector: GrpcService;

  /**
   * Percent of the traces that begin here, from 0 to 100. A trace that began elsewhere goes on as its caller decided.
   *
   * @default 1
   */
  readonly percentage?: number;

  /**
   * What spans say besides, by name.
   *
   * @default - what proxies say by themselves
   */
  readonly tags?: { [name: string]: SpanTag };
}

/** Which calls are logged where. */
export interface AccessLogOptions {
  /**
   * Who collects them by OTLP: a service of ours or a peer that serves `GrpcApi.openTelemetryLogs()`.
   *
   * @default - a line for each on the output of the proxy, `kubectl logs POD -c istio-proxy`
   */
  readonly collector?: GrpcService;

  /**
   * Which calls: those of which one of these is true.
   *
   * @default - all
   */
  readonly only?: AccessLogFilter[];
}

/** Whose proxies tell what. */
export interface MeshTelemetryProps {
  /** Services of this namespace. */
  readonly services: MeshService[];

  /**
   * Traces.
   *
   * Proxies know of one call each. They are one trace only if the application hands on `traceparent` and `tracestate`
   * from the metadata of a call to the calls that it makes for it.
   *
   * @default - as the mesh has it
   * @see https://istio.io/latest/docs/tasks/observability/distributed-tracing/overview/
   */
  readonly tracing?: TracingOptions;

  /**
   * Access logs.
   *
   * @default - as the mesh has it
   */
  readonly accessLog?: AccessLogOptions;

  /**
   * Whether metrics of calls that arrive have a label `rpc`: the path of a declared RPC, `other` for all else.
   *
   * Istio's own metrics know services, not RPCs. The label multiplies the series of a service by its RPCs, and no
   * caller can add to that. A `MeshMonitoring` of the service then has its latency by RPC.
   *
   * @default false
   * @see https://istio.io/latest/docs/tasks/observability/metrics/customize-metrics/
   */
  readonly rpcLabel?: boolean;
}

/**
 * What proxies tell of calls: traces, access logs, and a label that tells RPCs apart.
 *
 * Leaves in the cluster: for each service a Telemetry of its name; and the call to a collector, as `calls()` leaves it:
 * without that the namespace's own walls would keep traces and logs in. Numbers of messages of gRPC need nothing:
 * `istio_request_messages_total` and `istio_response_messages_total` are always there.
 *
 * The mesh has to know the collector as a provider, or nothing is told: the synth says `MissingProvider` if there is
 * neither a `MeshSettings` nor its name in `Mesh.istio({ extensionProviders })`.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `NothingTold`, `NotOurs`, `ToldElsewhere`,
 * `ToldTwice`, `NoProxy`, `SelfTelemetry`, `InvalidPercentage`, `NotServedHere` for a collector that is none,
 * `AnotherApp`, `TooManyCallers`, `InvalidProviderName`, `AnotherProvider`; at synth `MissingProvider`.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/
 */
export class MeshTelemetry extends Construct {
  /**
   * @param scope the ZeroTrustNamespace of the services, or a construct below it
   * @param id any word
   * @param props whose proxies tell what
   */
  public constructor(scope: Construct, id: string, props: MeshTelemetryProps) {
    const where = placeOfNew(scope, id, 'MeshTelemetry');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    const home = ZeroTrustNamespace._enclosing(scope, where);
    const { services, tracing, accessLog, rpcLabel = false } = props;
    if (services.length === 0 || !(tracing || accessLog || rpcLabel)) throw nothingTold(services.length === 0, where);
    if (tracing) percentage(tracing.percentage ?? 1, where);
    for (const service of services) this.tell(service, home);
    const traces = tracing && this.collectedBy(tracing.collector, 'traces', props, home);
    const logs = accessLog?.collector && this.collectedBy(accessLog.collector, 'logs', props, home);
    for (const service of services) {
      service._intents.labelsRpcs = rpcLabel;
      const facts = told(service, props, traces, logs);
      if (tracing || accessLog || facts.rpcs.length > 0) home.mesh._backEnd.telemetry(this, facts);
    }
  }

  private tell(service: MeshService, home: ZeroTrustNamespace): void {
    const where = placeOf(this);
    if (service._versions.home !== home) throw elsewhere(service, where);
    withProxy(service, where);
    const first = service._intents.toldBy;
    if (first !== undefined) throw toldTwice(service, first, where);
    service._intents.toldBy = where;
  }

  private collectedBy(
    collector: GrpcService,
    what: 'traces' | 'logs',
    { services }: MeshTelemetryProps,
    home: ZeroTrustNamespace,
  ): ExtensionProvider {
    const where = placeOf(this);
    const [rpc, provider] = OTLP[what];
    const line = () =>
      `${variable(collector.node.id)}: apis: [GrpcApi.openTelemetry${what === 'logs' ? 'Logs' : 'Traces'}()]`;
    const [{ port }] = collector._operations([rpc], undefined, { where, line });
    const needed = provider(`${collector.serviceName}-${collector.namespaceName}-${what}`, {
      host: collector.host,
      port: port.port,
    });
    if (services.includes(collector)) throw selfTelemetry(collector, where);
    needProvider(this, home, needed, where);
    for (const service of services) service.calls(collector, [rpc]);
    return needed;
  }
}

const OTLP = {
  traces: [
    'opentelemetry.proto.collector.trace.v1.TraceService/Export',
    ExtensionProvider.openTelemetryTracing,
  ] as const,
  logs: ['opentelemetry.proto.collector.logs.v1.LogsService/Export', ExtensionProvider.openTelemetryLogs] as const,
};

function told(
  service: MeshService,
  { tracing, accessLog, rpcLabel }: MeshTelemetryProps,
  traces: ExtensionProvider | undefined,
  logs: ExtensionProvider | undefined,
): Telemetry {
  const tags = Object.entries(tracing?.tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    name: service.serviceName,
    pods: service._pods,
    ...(traces && {
      tracing: {
        provider: traces.name,
        percentage: tracing?.percentage ?? 1,
        tags: Object.fromEntries(tags.map(([name, { _source }]) => [name, _source])),
      },
    }),
    ...(accessLog && {
      accessLog: { provider: logs?.name, conditions: (accessLog.only ?? []).map(({ _condition }) => _condition) },
    }),
    rpcs: rpcLabel ? service._routing().methods.map(({ method }) => method.path) : [],
  };
}

function percentage(percent: number, where: string): void {
  if (percent >= 0 && percent <= 100) return;
  throw new MeshError({
    code: 'InvalidPercentage',
    where,
    what: `the percentage of traces is ${percent}, a number from 0 to 100 is needed.`,
    why: 'Istio refuses others, and with them all that is said of telemetry beside.',
    fix: 'tracing: { collector, percentage: 1 }',
  });
}

function nothingTold(nobody: boolean, where: string): MeshError {
  return new MeshError({
    code: 'NothingTold',
    where,
    what: nobody ? 'the list of services is empty.' : 'neither tracing nor accessLog nor rpcLabel is given.',
    why: 'It would leave nothing in the cluster, and look as if it did.',
    fix: "new MeshTelemetry(shop, 'telemetry', { services: [order], accessLog: { only: [AccessLogFilter.failures()] } })",
  });
}

function elsewhere(service: MeshService, where: string): MeshError {
  return new MeshError({
    code: service._isPeer ? 'NotOurs' : 'ToldElsewhere',
    where,
    what: `${service.serviceName} belongs to ${service._isPeer ? 'somebody else' : `the namespace ${service.namespaceName}`}.`,
    why: 'Istio looks for what proxies tell in the namespace of their pods.',
    fix: `new MeshTelemetry(${variable(service.namespaceName)}, 'telemetry', { services: [${variable(service.node.id)}], ... })`,
  });
}

function toldTwice(service: MeshService, first: string, where: string): MeshError {
  return new MeshError({
    code: 'ToldTwice',
    where,
    what: `${first} says what the proxies of ${service.serviceName} tell.`,
    why: 'Of two Telemetries that select the same pods Istio takes the older one.',
    fix: 'say it all in one of the two',
  });
}

function selfTelemetry(collector: GrpcService, where: string): MeshError {
  return new MeshError({
    code: 'SelfTelemetry',
    where,
    what: `${collector.serviceName} is to collect what is told of its own calls.`,
    why: 'To hand on a trace is a call as well, of which there would be a trace.',
    fix: 'leave it out of the services',
  });
}
