import { MeshError } from '../errors';
import { portNumber } from './port-number';

/** What a port speaks. */
export enum PortProtocol {
  /** gRPC: calls are spread over the pods one by one, and allowed by RPC. */
  GRPC = 'grpc',
  /** HTTP/1.1 or HTTP/2: requests are spread one by one, and allowed by path. */
  HTTP = 'http',
  /** Anything else: connections are spread, and allowed as a whole. */
  TCP = 'tcp',
}

/** How a port is called, and where the container listens. */
export interface MeshPortOptions {
  /**
   * Tells apart several ports of one protocol; the port is then called `http-<name>`.
   *
   * @default - the port is called after its protocol
   */
  readonly name?: string;

  /**
   * The port on which the container listens. Policies name this one.
   *
   * @default - the same number
   */
  readonly containerPort?: number;
}

/**
 * A port of a Service, with the protocol spelled out.
 *
 * A port without one would be opaque to the mesh, or spoken to in HTTP/1.1: its calls could not be spread, retried or
 * allowed one by one.
 *
 * Refused: `InvalidPort`, `InvalidName`.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export class MeshPort {
  /**
   * gRPC. A `GrpcService` has one by itself.
   *
   * @param port number of the Service's port, 1 to 65535
   * @param options name, and port of the container. Left out: `grpc`, and the same number
   */
  public static grpc(port: number, options: MeshPortOptions = {}): MeshPort {
    return new MeshPort(PortProtocol.GRPC, port, options);
  }

  /**
   * HTTP/1.1 or HTTP/2: calls can be allowed by path.
   *
   * @param port number of the Service's port, 1 to 65535
   * @param options name, and port of the container. Left out: `http`, and the same number
   */
  public static http(port: number, options: MeshPortOptions = {}): MeshPort {
    return new MeshPort(PortProtocol.HTTP, port, options);
  }

  /**
   * Anything else: connections are allowed as a whole.
   *
   * @param port number of the Service's port, 1 to 65535
   * @param options name, and port of the container. Left out: `tcp`, and the same number
   */
  public static tcp(port: number, options: MeshPortOptions = {}): MeshPort {
    return new MeshPort(PortProtocol.TCP, port, options);
  }

  /** Port of the Service. */
  public readonly port: number;
  /** Port of the container. */
  public readonly containerPort: number;
  /** Name of the port, protocol first: `http`, `tcp-redis`. */
  public readonly name: string;

  private constructor(
    /** What is spoken on it: stands in the YAML as `appProtocol`. */
    public readonly protocol: PortProtocol,
    port: number,
    options: MeshPortOptions,
  ) {
    const where = `MeshPort.${protocol}(${port})`;
    const fix = `MeshPort.${protocol}(${protocol === PortProtocol.GRPC ? 50051 : 8080})`;
    this.port = portNumber(port, where, fix);
    this.containerPort = portNumber(options.containerPort ?? port, where, fix);
    this.name = options.name === undefined ? protocol : `${protocol}-${options.name}`;
    if (this.name.startsWith('grpc-web')) {
      throw new MeshError({
        code: 'InvalidName',
        where,
        what: `a gRPC port is called '${this.name}'.`,
        why: 'Istio reads grpc-web at the beginning of a name as the protocol of browsers.',
        fix: `MeshPort.${protocol}(${port}, { name: 'admin' })`,
      });
    }
    if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(this.name) || this.name.length > 63) {
      throw new MeshError({
        code: 'InvalidName',
        where,
        what: `'${this.name}' cannot be the name of a port.`,
        why: 'Port names are DNS labels: lower-case letters, digits and dashes, at most 63.',
        fix: `MeshPort.${protocol}(${port}, { name: 'admin' })`,
      });
    }
  }
}
