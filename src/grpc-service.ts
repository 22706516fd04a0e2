import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { didYouMean, MeshError, placeOf, placeOfNew } from './errors';
import type { Operations, Routing } from './mesh/contract';
import { MeshService } from './mesh-service';
import { type MeshServiceAttributes, peerWorkload } from './mesh-service-attributes';
import { type Asked, refuseEmpty } from './operations';
import {
  type CallPolicy,
  DEFAULT_DEADLINE,
  type MethodPolicy,
  methodPolicy,
  repeatedExecutions,
} from './values/call-policy';
import type { GrpcApi } from './values/grpc-api';
import type { GrpcMethod } from './values/grpc-method';
import { MeshPort } from './values/mesh-port';
import type { OptOut } from './values/opt-out';
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

  private readonly apis: GrpcApi[];
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
    const apis = distinctApis(props.apis, placeOfNew(scope, id, new.target.name));
    super(scope, id, { workload: props.workload, ports: [grpcPort, ...(props.ports ?? [])] });
    this.grpcPort = grpcPort;
    this.apis = apis;
    this.methods = apis.flatMap(({ methods }) => methods);
    this.policies = this.callPolicies(props);
  }

  /**
   * @internal
   */
  public override _operations(names: string[] | undefined, port: string | undefined, asked: Asked): Operations[] {
    if (port !== undefined && port !== this.grpcPort.name) return super._operations(names, port, asked);
    const methods = names === undefined ? this.applicationMethods : this._methodsNamed(names, asked);
    return [{ port: this.grpcPort, paths: methods.map(({ path }) => path) }];
  }

  /**
   * The RPCs that these words name.
   *
   * @internal
   */
  public _methodsNamed(names: string[], asked: Asked): GrpcMethod[] {
    refuseEmpty(names, asked);
    return names.map((name) => this.methodNamed(name, asked));
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
    const wanted = new Set(paths);
    const known = this.methods.map(({ path }) => path).filter((path) => wanted.delete(path));
    return [...known, ...super._ordered([...wanted])];
  }

  /**
   * @internal
   */
  protected override _optOuts(): OptOut[] {
    return [...super._optOuts(), ...repeatedExecutions(this.policies)];
  }

  // Health and reflection are about the server: whoever wants them names them.
  private get applicationMethods(): GrpcMethod[] {
    const apis = this.apis.filter((api) => !api._isInfrastructure);
    return (apis.length > 0 ? apis : this.apis).flatMap(({ methods }) => methods);
  }

  private callPolicies({ deadline = DEFAULT_DEADLINE, callPolicies = {} }: GrpcServiceProps): MethodPolicy[] {
    const where = placeOf(this);
    const line = (list: string) => `callPolicies: { ${list}: { deadline: Duration.seconds(5) } }`;
    const byPath = new Map<string, CallPolicy>();
    for (const [name, policy] of Object.entries(callPolicies)) {
      const { path } = this.methodNamed(name, { where, line });
      if (byPath.has(path)) throw twoPolicies(name, where);
      byPath.set(path, policy);
    }
    return this.methods.map((method) => methodPolicy(method, deadline, byPath.get(method.path) ?? {}, where));
  }

  private methodNamed(name: string, asked: Asked): GrpcMethod {
    const [method, ...service] = name.replace(/^\//, '').split('/').reverse();
    const fullName = service[0];
    const apis = fullName === undefined ? this.apis : this.apis.filter((api) => api.fullName === fullName);
    if (apis.length === 0) throw this.notServed(fullName, asked);
    const found = apis.flatMap((api) => api.methods).filter((candidate) => candidate.name === method);
    if (found.length === 1) return found[0];
    throw found.length === 0 ? unknownMethod(method, apis, asked) : ambiguousMethod(method, found, asked);
  }

  private notServed(fullName: string, asked: Asked): MeshError {
    const names = this.apis.map((api) => api.fullName);
    return new MeshError({
      code: 'NotServedHere',
      where: asked.where,
      what: `asks for ${fullName}, but ${this.serviceName} does not serve it.`,
      why: `It serves: ${names.join(', ')}.${didYouMean(fullName, names)}`,
      fix: `new GrpcService(scope, '${this.serviceName}', { apis: [api.service('${fullName}')], ... })`,
    });
  }
}

function unknownMethod(name: string, apis: GrpcApi[], asked: Asked): MeshError {
  const names = apis.flatMap(({ methods }) => methods.map((method) => method.name));
  const close = didYouMean(name, names);
  return new MeshError({
    code: 'UnknownMethod',
    where: asked.where,
    what: `calls '${name}', but ${apis.map(({ fullName }) => fullName).join(', ')} has no such method.`,
    why: `Its methods are: ${names.join(', ')}.${close}`,
    fix: asked.line(`'${/'(.*)'/.exec(close)?.[1] ?? names[0]}'`),
  });
}

function ambiguousMethod(name: string, found: GrpcMethod[], asked: Asked): MeshError {
  return new MeshError({
    code: 'AmbiguousMethod',
    where: asked.where,
    what: `'${name}' is a method of ${found.map(({ service }) => service).join(' and of ')}.`,
    why: 'Which one is meant decides who may do what.',
    fix: asked.line(`'${found[0].service}/${name}'`),
  });
}

function twoPolicies(name: string, where: string): MeshError {
  return new MeshError({
    code: 'DuplicateCallPolicy',
    where,
    what: `callPolicies has a second entry for '${name}'.`,
    why: 'An RPC has one route, so one of the two would be lost.',
    fix: `callPolicies: { '${name}': { ... } }`,
  });
}

function distinctApis(apis: GrpcApi[], where: string): GrpcApi[] {
  const names = apis.map(({ fullName }) => fullName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (apis.length > 0 && twice === undefined) return [...apis];
  throw new MeshError({
    code: apis.length === 0 ? 'NoApis' : 'DuplicateApi',
    where,
    what: apis.length === 0 ? 'it serves no API.' : `it serves ${twice} twice.`,
    why: 'Each RPC has one path, one route and one entry in the policy.',
    fix: "apis: [ProtoApi.fromFile('coffee.proto').service('coffee.v1.Payment')]",
  });
}
