import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { placeOf, placeOfNew } from './errors';
import { type ExternalHostOptions, ExternalService } from './external-service';
import type { External } from './mesh/edge';
import type { Operations } from './mesh/parties';
import type { Asked } from './operations';
import { ServedRpcs } from './served-rpcs';
import { type CallPolicy, type MethodPolicy, repeatedExecutions } from './values/call-policy';
import type { GrpcApi } from './values/grpc-api';
import type { GrpcMethod } from './values/grpc-method';
import { MeshPort } from './values/mesh-port';

/** A gRPC server outside the mesh. */
export interface ExternalGrpcServiceProps extends ExternalHostOptions {
  /** The services of its `.proto` that are called. */
  readonly apis: GrpcApi[];

  /**
   * Port of the RPCs: the application dials it in plaintext, and the proxy the same one with TLS.
   *
   * @default 443
   */
  readonly port?: number;

  /**
   * How long a unary call may take, all tries together. A shorter `grpc-timeout` of the client wins. Streams have none.
   *
   * Expired, it reaches callers as DEADLINE_EXCEEDED (4) or UNAVAILABLE (14). Whole milliseconds, at least 1.
   *
   * @default Duration.seconds(30)
   */
  readonly deadline?: Duration;

  /**
   * What differs for single RPCs, by name (`Charge`, or `coffee.v1.Payment/Charge`).
   *
   * @default - what the `.proto` says of each
   */
  readonly callPolicies?: { [method: string]: CallPolicy };
}

/**
 * A gRPC server outside the mesh that knows its RPCs.
 *
 * The application dials `host:port` with plaintext credentials (`insecure.NewCredentials()`, `usePlaintext()`); HTTP/2
 * with verified TLS leaves the pod. Without a proxy the server refuses the connection.
 *
 * Leaves in the cluster what an `ExternalService` leaves, and a route for each kind of RPC, with a deadline and retries
 * as its `.proto` allows. RPCs that a caller has not declared are answered by its own proxy, UNIMPLEMENTED (12), or,
 * where they get as far as an `EgressGateway`, PERMISSION_DENIED (7).
 *
 * Refused, besides what an `ExternalService` refuses: `NoApis`, `DuplicateApi`, `InvalidPort`; for `deadline` and
 * `callPolicies` `InvalidDuration`, `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `DuplicateCallPolicy`,
 * `RetryOnStream`, `RetryNotIdempotent`, `PerTryTimeoutOnStream`, `PerTryTimeoutTooLong`.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/
 */
export class ExternalGrpcService extends ExternalService {
  /** The RPCs that can be called. */
  public readonly methods: GrpcMethod[];

  private readonly rpcs: ServedRpcs;
  private readonly policies: MethodPolicy[];
  private readonly grpcPort: MeshPort;

  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of its objects
   * @param props the host, and its RPCs
   */
  public constructor(scope: Construct, id: string, props: ExternalGrpcServiceProps) {
    const grpcPort = MeshPort.grpc(props.port ?? 443);
    const rpcs = new ServedRpcs(props.apis, props.host, placeOfNew(scope, id, new.target.name));
    super(scope, id, { ...props, ports: [grpcPort] });
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
   * @internal
   */
  protected override _facts(): External {
    const facts = super._facts();
    const optOuts = [...facts.optOuts, ...repeatedExecutions(this.policies)];
    return { ...facts, methods: this.policies, grpcPort: this.grpcPort, optOuts };
  }

  /**
   * @internal
   */
  protected override _ordered(paths: string[]): string[] {
    return this.rpcs.ordered(paths);
  }
}
