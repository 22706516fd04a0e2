/**
 * How Kubernetes asks a container whether it is well.
 *
 * Istio's injector turns every kind into a request that its agent makes inside the pod, so probes work under STRICT
 * mTLS and need no permission.
 *
 * @see https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/
 */
export class HealthCheck {
  /**
   * The standard gRPC health service.
   *
   * @param service the name the server is asked about; by default the server as a whole
   */
  public static grpc(service?: string): HealthCheck {
    return new HealthCheck((port) => ({ grpc: { port, ...(service !== undefined && { service }) } }));
  }

  /** `GET path` answers 2xx or 3xx. */
  public static http(path: string): HealthCheck {
    return new HealthCheck((port) => ({ httpGet: { path, port } }));
  }

  /** The port accepts a connection. */
  public static tcp(): HealthCheck {
    return new HealthCheck((port) => ({ tcpSocket: { port } }));
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _handler: (port: number) => ProbeHandler,
  ) {}
}

interface ProbeHandler {
  readonly grpc?: { port: number; service?: string };
  readonly httpGet?: { path: string; port: number };
  readonly tcpSocket?: { port: number };
}
