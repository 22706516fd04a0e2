import { MeshError } from '../errors';
import { GrpcMethod, type GrpcMethodProps, Idempotency, Streaming } from './grpc-method';

const FULL_NAME = /^([A-Za-z_][A-Za-z0-9_]*\.)*[A-Za-z_][A-Za-z0-9_]*$/;
const METHOD_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * One gRPC service as its `.proto` declares it: a full name and its RPCs.
 *
 * Usually `ProtoApi.fromFile(...).service('coffee.v1.Payment')`.
 *
 * @see https://grpc.io/docs/what-is-grpc/core-concepts/#service-definition
 */
export class GrpcApi {
  /**
   * A service written by hand, for those who do not have the `.proto`.
   *
   * Refused: `InvalidServiceName`, `NoMethods`, `InvalidMethodName`.
   *
   * @param fullName package and name, `coffee.v1.Payment`
   * @param methods its RPCs; without `streaming` and `idempotency` they are unary and not repeatable
   */
  public static of(fullName: string, methods: GrpcMethodProps[]): GrpcApi {
    if (!FULL_NAME.test(fullName)) {
      throw new MeshError({
        code: 'InvalidServiceName',
        where: 'GrpcApi.of',
        what: `'${fullName}' is not the full name of a gRPC service.`,
        why: 'The name is part of every request path; a wrong one is answered with UNIMPLEMENTED or refused by the policy.',
        fix: "GrpcApi.of('coffee.v1.Payment', [{ name: 'Charge' }])",
      });
    }
    if (methods.length === 0) {
      throw new MeshError({
        code: 'NoMethods',
        where: `GrpcApi.of('${fullName}')`,
        what: 'the service has no methods.',
        why: 'Only declared RPCs are routed and can be allowed; nobody could call anything.',
        fix: `GrpcApi.of('${fullName}', [{ name: 'Charge' }])`,
      });
    }
    const seen = new Set<string>();
    for (const { name } of methods) {
      if (!METHOD_NAME.test(name) || seen.has(name)) {
        throw new MeshError({
          code: 'InvalidMethodName',
          where: `GrpcApi.of('${fullName}')`,
          what: seen.has(name) ? `the method '${name}' is listed twice.` : `'${name}' is not a method name.`,
          why: `The path of the call is /${fullName}/<method>: a single word of letters, digits and underscores, once each.`,
          fix: `GrpcApi.of('${fullName}', [{ name: 'Charge' }])`,
        });
      }
      seen.add(name);
    }
    return new GrpcApi(fullName, methods);
  }

  /**
   * The standard health service.
   *
   * Kubernetes' own probes need no permission; serve it in `apis` only if other workloads shall be able to ask.
   *
   * @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md
   */
  public static health(): GrpcApi {
    return GrpcApi.of('grpc.health.v1.Health', [
      { name: 'Check', idempotency: Idempotency.NO_SIDE_EFFECTS },
      { name: 'List', idempotency: Idempotency.NO_SIDE_EFFECTS },
      { name: 'Watch', idempotency: Idempotency.NO_SIDE_EFFECTS, streaming: Streaming.SERVER },
    ]);
  }

  /**
   * Server reflection, which tells every caller what the server offers (`grpcurl list`). Off unless it is in `apis`.
   *
   * @see https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
   */
  public static reflection(): GrpcApi {
    return GrpcApi.of('grpc.reflection.v1.ServerReflection', [
      { name: 'ServerReflectionInfo', idempotency: Idempotency.NO_SIDE_EFFECTS, streaming: Streaming.BIDI },
    ]);
  }

  /**
   * What a server serves that is asked about other servers' calls, in an `ExternalAuthorization`.
   *
   * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/auth/v3/external_auth.proto
   */
  public static externalAuthorization(): GrpcApi {
    return GrpcApi.of('envoy.service.auth.v3.Authorization', [{ name: 'Check' }]);
  }

  /**
   * What a collector of OpenTelemetry serves to whoever has traces for it.
   *
   * @see https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
   */
  public static openTelemetryTraces(): GrpcApi {
    return GrpcApi.of('opentelemetry.proto.collector.trace.v1.TraceService', [{ name: 'Export' }]);
  }

  /**
   * What a collector of OpenTelemetry serves to whoever has logs for it.
   *
   * @see https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
   */
  public static openTelemetryLogs(): GrpcApi {
    return GrpcApi.of('opentelemetry.proto.collector.logs.v1.LogsService', [{ name: 'Export' }]);
  }

  /** Its RPCs, in the order of their declaration. */
  public readonly methods: GrpcMethod[];

  private constructor(
    /** Package and name: `coffee.v1.Payment`. */
    public readonly fullName: string,
    methods: GrpcMethodProps[],
  ) {
    this.methods = methods.map((method) => GrpcMethod._of(fullName, method));
  }

  /**
   * Health and reflection are about the server, not what it is for: nobody gets them without naming them.
   *
   * @internal
   */
  public get _isInfrastructure(): boolean {
    return /^grpc\.(health|reflection)\./.test(this.fullName);
  }
}
