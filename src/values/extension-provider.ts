import type { Duration } from 'cdk8s';
import { MeshError } from '../errors';
import { milliseconds } from './milliseconds';
import { serviceHost } from './names';
import { portNumber } from './port-number';

/** Where something lives that proxies ask or tell. */
export interface ExtensionProviderOptions {
  /** Host name of its Service, fully qualified: `collector.observability.svc.cluster.local`. */
  readonly host: string;
  /** Port of its Service. */
  readonly port: number;
}

/** Where an authorizer lives, and how long it may take. */
export interface GrpcAuthorizerOptions extends ExtensionProviderOptions {
  /**
   * How long one answer may take. Without one in time the call is refused. Whole milliseconds, at least 1.
   *
   * @default Duration.seconds(1)
   */
  readonly timeout?: Duration;
}

/**
 * Something outside of the proxies that they ask or tell: an authorizer, a collector of traces or of access logs.
 *
 * A mesh knows it by its name, `meshConfig.extensionProviders`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider
 */
export class ExtensionProvider {
  /**
   * A server of `envoy.service.auth.v3.Authorization` that decides whether calls pass. If it fails, they do not.
   *
   * Refused: `InvalidProviderName`, `InvalidHost`, `InvalidPort`, `InvalidDuration`.
   *
   * @param name name of the provider
   * @param options where it is, and how long it may take
   */
  public static grpcAuthorizer(name: string, options: GrpcAuthorizerOptions): ExtensionProvider {
    const where = 'ExtensionProvider.grpcAuthorizer';
    const millis = options.timeout === undefined ? 1000 : milliseconds(options.timeout, 'timeout', where);
    return new ExtensionProvider('grpc-authorizer', name, options, where, millis);
  }

  /**
   * A collector of traces that speaks OTLP by gRPC.
   *
   * Refused: `InvalidProviderName`, `InvalidHost`, `InvalidPort`.
   *
   * @param name name of the provider
   * @param options where it is
   */
  public static openTelemetryTracing(name: string, options: ExtensionProviderOptions): ExtensionProvider {
    return new ExtensionProvider('otlp-traces', name, options, 'ExtensionProvider.openTelemetryTracing');
  }

  /**
   * A collector of access logs that speaks OTLP by gRPC.
   *
   * Refused: `InvalidProviderName`, `InvalidHost`, `InvalidPort`.
   *
   * @param name name of the provider
   * @param options where it is
   */
  public static openTelemetryLogs(name: string, options: ExtensionProviderOptions): ExtensionProvider {
    return new ExtensionProvider('otlp-logs', name, options, 'ExtensionProvider.openTelemetryLogs');
  }

  /** Host name of its Service. */
  public readonly host: string;
  /** Port of its Service. */
  public readonly port: number;
  /** Its name in the mesh. */
  public readonly name: string;

  private constructor(
    /**
     * @internal
     */
    public readonly _kind: ProviderKind,
    name: string,
    { host, port }: ExtensionProviderOptions,
    where: string,
    /**
     * @internal
     */
    public readonly _timeoutMillis?: number,
  ) {
    this.name = providerName(name, where);
    this.host = serviceHost(host, where);
    this.port = portNumber(port, where, 'port: 4317');
  }
}

/** What a provider does for the proxies. */
export type ProviderKind = 'grpc-authorizer' | 'otlp-traces' | 'otlp-logs';

/** Returns `name` if a mesh can have a provider of that name, refuses it otherwise. */
export function providerName(name: string, where: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new MeshError({
    code: 'InvalidProviderName',
    where,
    what: `'${name}' cannot be the name of an extension provider.`,
    why: 'Istio takes lower-case letters, digits and dashes, at most 63; calls that ask for another one are refused.',
    fix: "'collector'",
  });
}
