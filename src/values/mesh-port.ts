import { MeshError } from '../errors';

/** What a port speaks. */
export enum PortProtocol {
  GRPC = 'grpc',
  HTTP = 'http',
  TCP = 'tcp',
}

/** A port of a service, other than the one for its RPCs. */
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
 * A port of a Service, with the protocol spelled out: undeclared ports are opaque to the mesh, or spoken to in HTTP/1.1.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export class MeshPort {
  /** gRPC. A `GrpcService` has one by itself. */
  public static grpc(port: number, options: MeshPortOptions = {}): MeshPort {
    return new MeshPort(PortProtocol.GRPC, port, options);
  }

  /** HTTP/1.1 or HTTP/2: calls can be allowed by path. */
  public static http(port: number, options: MeshPortOptions = {}): MeshPort {
    return new MeshPort(PortProtocol.HTTP, port, options);
  }

  /** Anything else: connections are allowed as a whole. */
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
    public readonly protocol: PortProtocol,
    port: number,
    options: MeshPortOptions,
  ) {
    const where = `MeshPort.${protocol}(${port})`;
    this.port = portNumber(port, protocol, where);
    this.containerPort = portNumber(options.containerPort ?? port, protocol, where);
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

function portNumber(port: number, protocol: PortProtocol, where: string): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new MeshError({
    code: 'InvalidPort',
    where,
    what: `${port} is not a port.`,
    why: 'Kubernetes takes whole numbers from 1 to 65535.',
    fix: `MeshPort.${protocol}(${protocol === PortProtocol.GRPC ? 50051 : 8080})`,
  });
}
