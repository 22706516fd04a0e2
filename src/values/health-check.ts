import { MeshError } from '../errors';

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
   * @param service the name the server is asked about. Left out: the server as a whole
   * @see https://grpc.io/docs/guides/health-checking/
   */
  public static grpc(service?: string): HealthCheck {
    return new HealthCheck((port) => ({ grpc: { port, ...(service !== undefined && { service }) } }));
  }

  /**
   * `GET path` answers 2xx or 3xx.
   *
   * Refused: `InvalidPath`.
   *
   * @param path what is asked for, `/healthz`
   */
  public static http(path: string): HealthCheck {
    if (!/^\/\S*$/.test(path)) throw notAPath(path);
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

function notAPath(path: string): MeshError {
  return new MeshError({
    code: 'InvalidPath',
    where: 'HealthCheck.http',
    what: `'${path}' is not a path.`,
    why: 'A path starts with a slash and has no blanks; the proxy of the pod would ask the container for something else.',
    fix: "HealthCheck.http('/healthz')",
  });
}
