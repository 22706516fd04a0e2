import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { placeOf, placeOfNew } from './errors';
import type { Operations } from './mesh/parties';
import type { Routing } from './mesh/routing';
import { MeshService } from './mesh-service';
import { type MeshServiceAttributes, peerWorkload } from './mesh-service-attributes';
import type { Asked } from './operations';
import { ServedRpcs } from './served-rpcs';
import { type CallPolicy, type MethodPolicy, repeatedExecutions } from './values/call-policy';
import type { GrpcApi } from './values/grpc-api';
import type { GrpcMethod } from './values/grpc-method';
import { MeshPort } from './values/mesh-port';
import type { OptOut } from './values/opt-out';
import type { TrafficPolicy } from './values/traffic-policy';
import type { Workload } from './workload';

/** A gRPC server. */
export interface GrpcServiceProps {
  /** What runs. */
  readonly workload: Workload;

  /** The services of its `.proto` that it serves. What is not listed here nobody can be allowed to call. */
  readonly apis: GrpcApi[];

  /**
   * Port of the RPCs.
   *
   * @default 50051
   */
  readonly port?: number;

  /**
   * Port on which the container serves the RPCs.
   *
   * @default - the same number
   */
  readonly containerPort?: number;

  /**
   * Further ports, for something else than these RPCs.
   *
   * @default - only the port of the RPCs
   */
  readonly ports?: MeshPort[];

  /**
   * How long a unary call may take, all tries together. A shorter `grpc-timeout` of the client wins. Streams have none.
   *
   * Expired, it reaches callers as DEADLINE_EXCEEDED (4) or UNAVAILABLE (14). Whole milliseconds, at least 1.
   *
   * @default Duration.seconds(30)
   * @see https://grpc.io/docs/guides/deadlines/
   */
  readonly deadline?: Duration;

  /**
   * What differs for single RPCs, by name (`Charge`, or `coffee.v1.Payment/Charge`).
   *
   * @default - what the `.proto` says of each
   */
  readonly callPolicies?: { [method: string]: CallPolicy };

  /**
   * How callers treat its pods: limits, failing pods, load balancing, connections.
   *
   * @default - 1000 calls at once, five UNAVAILABLE in a row leave a pod out for 30 s, least request
   */
  readonly trafficPolicy?: TrafficPolicy;
}

/** A gRPC server of another team or another repository. */
export interface GrpcServiceAttributes extends MeshServiceAttributes {
  /** The services of its `.proto` that we call. */
  readonly apis: GrpcApi[];

  /**
   * Port of the RPCs.
   *
   * @default 50051
   */
  readonly port?: number;

  /**
   * Port on which its container serves the RPCs: NetworkPolicies see this one.
   *
   * @default - the same number
   */
  readonly containerPort?: number;
}

/**
 * A gRPC server that knows its RPCs.
 *
 * Leaves in the cluster what a `MeshService` leaves, and: a port that the mesh knows to be gRPC, so that calls and not
 * connections are spread over the pods; native gRPC probes; a route for each kind of RPC, with a deadline and retries
 * as its `.proto` allows, and without any time limit for streams.
 *
 * Refused, besides what a `MeshService` refuses: `NoApis`, `DuplicateApi`, `InvalidPort`; for `deadline` and
 * `callPolicies` `InvalidDuration`, `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `DuplicateCallPolicy`,
 * `RetryOnStream`, `RetryNotIdempotent`, `PerTryTimeoutOnStream`, `PerTryTimeoutTooLong`.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export class GrpcService extends MeshService {
  /**
   * A gRPC server of another team or repository. Writes no objects: its own side is its owner's.
   *
   * Refused: `InvalidName`, `NameTooLong`, `DuplicateObject`, `DuplicatePort`, `NoLabels`, `InvalidLabel`,
   * `NoIdentity`, `InvalidTrustDomain`, `PeerIsOurs`, `NoApis`, `DuplicateApi`, `InvalidPort`.
   *
   * @param scope where it stands in the app
   * @param id any word; the name of the Service is in the attributes
   * @param attributes what this side needs to know of it
   */
  public static fromGrpcServiceAttributes(
    scope: Construct,
    id: string,
    attributes: GrpcServiceAttributes,
  ): GrpcService {
    const workload = peerWorkload(attributes, placeOfNew(scope, id, 'GrpcService'));
    return new GrpcService(scope, id, { ...attributes, workload });
  }

  /** The RPCs it serves. */
  public readonly methods: GrpcMethod[];

  private readonly rpcs: ServedRpcs;
  private readonly policies: MethodPolicy[];
  private readonly grpcPort: MeshPort;

  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of the service and of its objects
   * @param props what runs, and the RPCs it serves
   */
  public constructor(scope: Construct, id: string, props: GrpcServiceProps) {
    const { port = 50051, containerPort } = props;
    const grpcPort = MeshPort.grpc(port, { containerPort });
    const { workload, trafficPolicy } = props;
    const rpcs = new ServedRpcs(props.apis, workload._peerPods?.name ?? id, placeOfNew(scope, id, new.target.name));
    super(scope, id, { workload, ports: [grpcPort, ...(props.ports ?? [])], trafficPolicy });
    this.grpcPort = grpcPort;
    this.rpcs = rpcs;
    this.methods = rpcs.methods;
    this.policies = rpcs.policies(props, placeOf(this));
  }

  /**
   * @internal
   */
  public override _operations(names: string[] | undefined, port: string | undefined, asked: Asked): Operations[] {
    if (port !== undefined && port !== this.grpcPort.name) return super._operations(names, port, asked);
    return [{ port: this.grpcPort, paths: this.rpcs.named(names, asked).map(({ path }) => path) }];
  }

  /**
   * The RPCs that these words name.
   *
   * @internal
   */
  public _methodsNamed(names: string[], asked: Asked): GrpcMethod[] {
    return this.rpcs.named(names, asked);
  }

  /**
   * @internal
   */
  public override _routing(): Routing {
    return { ...super._routing(), methods: this.policies, grpcPort: this.grpcPort };
  }

  /**
   * In the order of the `.proto`, not of the calls.
   *
   * @internal
   */
  protected override _ordered(paths: string[]): string[] {
    return this.rpcs.ordered(paths);
  }

  /**
   * @internal
   */
  protected override _optOuts(): OptOut[] {
    return [...super._optOuts(), ...repeatedExecutions(this.policies)];
  }
}
