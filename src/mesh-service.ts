import type { Deployment } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { meetable } from './call-conditions';
import { Callee, type Reach } from './callee';
import { placeOf, placeOfNew } from './errors';
import { CalleeAddresses } from './kubernetes/callee-addresses';
import { MeshDeployment } from './kubernetes/mesh-deployment';
import { ownPods } from './kubernetes/own-pods';
import { unusedId } from './kubernetes/owned-object';
import { podDisruptionBudget } from './kubernetes/pod-disruption-budget';
import type { Admissions } from './mesh/admissions';
import type { Caller, Operations, Pods } from './mesh/parties';
import type { Canary, HeaderPin, Routing } from './mesh/routing';
import type { Service } from './mesh/service';
import { type MeshServiceAttributes, peerWorkload } from './mesh-service-attributes';
import { type Asked, portNamed, portOperations, variable } from './operations';
import { type MaybeOutside, reachableWithoutIdentity } from './outside-mesh';
import { anotherApp, describedOnce, notOurs } from './ownership';
import { ServiceIntents } from './service-intents';
import { hasRequests, servicePorts, tunedTraffic } from './service-ports';
import type { CallCondition } from './values/call-condition';
import type { MeshPort } from './values/mesh-port';
import { dnsLabel, namespaceName } from './values/names';
import { type OptOut, optOut } from './values/opt-out';
import type { TrafficPolicy, TrafficSettings } from './values/traffic-policy';
import type { IdentifiedWorkload, Place, Workload } from './workload';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** A workload with an identity and ports. */
export interface MeshServiceProps {
  /** What runs. */
  readonly workload: Workload;

  /**
   * Ports, each with its protocol. A service without ports can call and not be called.
   *
   * @default - none
   */
  readonly ports?: MeshPort[];

  /**
   * How callers treat its pods: limits, failing pods, load balancing, connections. For services with a gRPC or HTTP
   * port.
   *
   * @default - 1000 calls at once, five UNAVAILABLE in a row leave a pod out for 30 s, least request
   */
  readonly trafficPolicy?: TrafficPolicy;
}

/** Which port a call uses, and how the client learns the address. */
export interface CallOptions {
  /**
   * Name of the callee's port.
   *
   * @default - its RPC port, or its only port
   */
  readonly port?: string;

  /**
   * Environment variable of the client's container that shall hold the address.
   *
   * Its value is `payment.coffee-shop.svc.cluster.local:50051`. Where somebody else deploys the client it cannot be
   * set. A Deployment of ours has these variables in the order of their names; a `Workload.deployment` has them in the
   * order of the calls, so calls that change places restart its pods.
   *
   * @default - the client finds the address in another way
   */
  readonly addressEnv?: string;

  /**
   * What must be true of the calls besides, all of it. A second `calls` of the same operations opens another way
   * beside.
   *
   * @default - nothing
   */
  readonly when?: CallCondition[];
}

/** A door for everybody who has an identity in the mesh. */
export interface AllowAnyCallerOptions {
  /**
   * RPCs, or paths of an HTTP port.
   *
   * @default - every RPC but health and reflection, or the whole port
   */
  readonly operations?: string[];

  /**
   * Name of the port.
   *
   * @default - the RPC port, or the only port
   */
  readonly port?: string;

  /** Why. Stands in the YAML. */
  readonly reason: string;
}

/**
 * A workload with an identity of its own and ports of any protocol: a web frontend, a Redis, a batch job that calls.
 *
 * Leaves in the cluster: Service, AuthorizationPolicy (only declared callers), NetworkPolicy (both ends of declared
 * calls), Sidecar (only declared callees); for an image also ServiceAccount, Deployment and PodDisruptionBudget, for
 * HTTP ports also DestinationRule and VirtualService. The construct id is the name of all of them.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `DuplicatePort`, `ReservedPort`,
 * `SharedContainerPort`, `SharedPods`, `SharedIdentity`, `PeerIsOurs`, and what its `Workload` and `TrafficPolicy` say.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export class MeshService extends Callee {
  /**
   * A service of another team or repository. Writes no objects: its own side is its owner's.
   *
   * Refused: `InvalidName`, `NameTooLong`, `DuplicateObject`, `DuplicatePort`, `NoLabels`, `InvalidLabel`,
   * `NoIdentity`, `InvalidTrustDomain`, `PeerIsOurs`.
   *
   * @param scope where it stands in the app
   * @param id any word; the name of the Service is in the attributes
   * @param attributes what this side needs to know of it
   */
  public static fromMeshServiceAttributes(
    scope: Construct,
    id: string,
    attributes: MeshServiceAttributes,
  ): MeshService {
    const workload = peerWorkload(attributes, placeOfNew(scope, id, 'MeshService'));
    return new MeshService(scope, id, { workload, ports: attributes.ports });
  }

  /** Name of the Service. */
  public readonly serviceName: string;

  /** Namespace of the Service. */
  public readonly namespaceName: string;

  /** Host name inside the cluster: `order.coffee-shop.svc.cluster.local`. */
  public readonly host: string;

  /** The ServiceAccount: who the pods are when they call. */
  public readonly serviceAccountName: string;

  /** The Deployment, if this library made it: add volumes, variables or an autoscaler here. */
  public readonly deployment?: Deployment;

  /**
   * @internal
   */
  protected readonly _ports: MeshPort[];

  /**
   * @internal
   */
  public readonly _intents = new ServiceIntents();

  /**
   * Why its pods have no proxy, if they have none.
   *
   * @internal
   */
  public readonly _outsideMesh?: OptOut;

  private readonly home?: ZeroTrustNamespace;
  private readonly workload: Workload;
  private readonly identified: IdentifiedWorkload;
  private readonly traffic: TrafficSettings;
  private readonly addresses = new CalleeAddresses();

  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of the service and of its objects
   * @param props what runs, and its ports
   */
  public constructor(scope: Construct, id: string, props: MeshServiceProps) {
    const where = placeOfNew(scope, id, new.target.name);
    const peer = props.workload._peerPods;
    super(scope, unusedId(scope, peer ? id : dnsLabel(id, where), where));
    this.home = peer ? undefined : ZeroTrustNamespace._enclosing(scope, where);
    this.workload = props.workload;
    this._outsideMesh = props.workload._outsideMesh(where);
    this.serviceName = peer ? dnsLabel(peer.name, where) : id;
    this.namespaceName = this.home?.namespaceName ?? namespaceName(peer?.namespace ?? '', where);
    this.host = `${this.serviceName}.${this.namespaceName}.svc.${clusterDomain(scope)}`;
    this._ports = servicePorts(props.ports ?? [], this.home?.mesh._backEnd.reservedPorts ?? [], where);
    this.traffic = tunedTraffic(props.trafficPolicy, this._ports, where);
    const place = this.place(this.serviceName, where);
    this.identified = this.workload._identify(this, place);
    this.serviceAccountName = this.identified.serviceAccountName;
    describedOnce(this, { host: this.host, isPeer: peer !== undefined }, where);
    if (!this.home) return;
    this.deployment = this.build(this.home, place);
    ownPods(this, { ...this._pods, serviceAccount: this.serviceAccountName }, where);
  }

  /**
   * Declares that this service calls another one, and lets it: nobody else gets in, and to nothing else.
   *
   * Leaves in the cluster: a rule in the callee's AuthorizationPolicy, both ends in the NetworkPolicies, the callee in
   * this client's Sidecar. Calling twice adds up. An undeclared RPC of a declared callee is answered
   * PERMISSION_DENIED (7), an undeclared callee UNAVAILABLE (14).
   *
   * Refused: `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `NoOperations`, `UnknownPort`, `InvalidPath`,
   * `NotOurs`, `AnotherApp`, `TooManyCallers`, `ConditionOutside`, `SharedTcpPort`, `ConditionOnTcp`, `NoProxy`, at
   * synth `ClaimNeverRead`, `NoIdentityToShow`; for `addressEnv` `InvalidName`, `NoContainer`, `EnvironmentTaken`.
   *
   * @param callee the service, or the host outside, that is called
   * @param operations RPCs (`'Charge'`, or `'coffee.v1.Payment/Charge'` if two APIs have one) or, for an HTTP port,
   *   paths (a trailing slash means everything below). Left out: every RPC but health and reflection, or the whole port
   * @param options which port, and whether the client's container shall know the address. Left out: the RPC port or
   *   the only one, and no
   * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
   */
  public calls(callee: Callee, operations?: string[], options: CallOptions = {}): void {
    const where = placeOf(this);
    const line = (list: string) => `${variable(this.node.id)}.calls(${variable(callee.node.id)}, [${list}])`;
    const granted = callee._operations(operations, options.port, { where, line });
    if (this._isPeer && callee._isPeer) throw notOurs(this.host, where);
    if (callee.node.root !== this.node.root)
      throw anotherApp(callee.host.split('.')[0], callee.host.split('.')[1], where);
    if (options.addressEnv !== undefined) {
      this.addresses.tell(options.addressEnv, `${callee.host}:${granted[0].port.port}`, where);
    }
    const { when = [] } = options;
    callee._meetable(granted, when, where);
    callee._reachableBy(this, granted, where);
    callee._admit(this._caller, granted, placeOf(callee), when);
    const reach = callee._reach(this._caller, granted);
    this._intents.callees.add(reach.key, reach.callee, reach.operations, reach.beyond);
  }

  /**
   * Admits every caller that has an identity in the mesh to some operations. Callers outside the mesh stay refused.
   *
   * The AuthorizationPolicy carries an annotation with the reason. A client still has to declare its call to see the
   * service.
   *
   * Refused: `NoReason`, `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `NoOperations`, `UnknownPort`,
   * `InvalidPath`, `NotOurs`, `TooManyCallers`.
   *
   * @param options which operations, and why
   */
  public dangerouslyAllowAnyCaller(options: AllowAnyCallerOptions): void {
    const where = placeOf(this);
    if (this._isPeer) throw notOurs(this.host, where);
    const door = optOut('dangerously-allow-any-caller', options.reason, where);
    const line = (list: string) =>
      `${variable(this.node.id)}.dangerouslyAllowAnyCaller({ operations: [${list}], reason: '...' })`;
    this._admit(undefined, this._operations(options.operations, options.port, { where, line }), where);
    this._intents.optOuts.push(door);
  }

  /**
   * The operations that these words name on this service, or the reason why they name none.
   *
   * @internal
   */
  public override _operations(names: string[] | undefined, port: string | undefined, asked: Asked): Operations[] {
    return portOperations(portNamed(this._ports, port, this.serviceName, asked), names, this.serviceName, asked);
  }

  /**
   * @internal
   */
  public override _admit(
    caller: Caller | undefined,
    operations: Operations[],
    where: string,
    when?: CallCondition[],
  ): void {
    if (!this._isPeer) this._intents.admissions.add(caller, operations, where, when);
  }

  /**
   * Everybody who may do something here, those included whose calls were for other services.
   *
   * @internal
   */
  public _admissions(): Admissions {
    const { admissions, visitors } = this._intents;
    return visitors.length === 0 ? admissions : admissions.with(visitors.flatMap((come) => come().admissions));
  }

  /**
   * What tells this construct apart from others that stand for the same host.
   *
   * @internal
   */
  public get _key(): string {
    return `${this.host} ${this.node.path}`;
  }

  /**
   * @internal
   */
  public override _meetable(operations: Operations[], when: CallCondition[], where: string): void {
    meetable(this, operations, when, where);
  }

  /**
   * @internal
   */
  public override _reachableBy(caller: MaybeOutside, operations: Operations[], where: string): void {
    reachableWithoutIdentity(caller, this, operations, where);
  }

  /**
   * @internal
   */
  public override _reach(caller: Caller, operations: Operations[]): Reach {
    const beyond = () => this._intents.beyond.flatMap((ways) => ways(caller));
    return { key: this._key, callee: { host: this.host, pods: this._pods }, operations, beyond };
  }

  /**
   * Whether somebody else owns the objects of this service.
   *
   * @internal
   */
  public override get _isPeer(): boolean {
    return this.home === undefined;
  }

  /**
   * @internal
   */
  public get _pods(): Pods {
    return { namespace: this.namespaceName, labels: this.identified.labels };
  }

  /**
   * What a second version of this service is made of.
   *
   * @internal
   */
  public get _versions() {
    const { workload, home, identified } = this;
    return {
      workload,
      home,
      canaryBy: this._intents.canary?.by ?? this._intents.shifted?.by,
      serviceAccount: identified.serviceAccount,
      hasRequests: hasRequests(this._ports),
      place: (name: string, where: string) => this.place(name, where),
    };
  }

  /**
   * Splits the calls between the pods of this service and a second version of it.
   *
   * @internal
   */
  public _split(canary: Canary, deployment: Deployment, by: string): void {
    this._intents.canary = { ...canary, by };
    this.addresses.join(deployment);
  }

  /**
   * @internal
   */
  public _routing(): Routing {
    return {
      host: this.host,
      ports: this._ports,
      methods: [],
      // A controller that copies the Deployment tells its versions apart by itself.
      stable: this._intents.shifted ? undefined : this.identified.stable,
      shifted: this._intents.shifted,
      canary: this._intents.canary,
      detours: this._intents.detours,
      faults: this._intents.faults,
      mirrors: this._intents.mirrors,
      web: this._intents.web || this._intents.webVisitors.some((come) => come()),
    };
  }

  /**
   * The order in which operations are written.
   *
   * @internal
   */
  protected _ordered(paths: string[]): string[] {
    return paths.sort();
  }

  /**
   * @internal
   */
  protected _optOuts(): OptOut[] {
    return [...this._intents.optOuts, ...this._intents.visitors.flatMap((visitors) => visitors().optOuts)];
  }

  private build(home: ZeroTrustNamespace, place: Place): Deployment | undefined {
    const shape = {
      name: this.serviceName,
      hasPorts: this._ports.length > 0,
      hasRoutes: hasRequests(this._ports),
      dryRun: home._dryRun,
      outsideMesh: this._outsideMesh,
    };
    home.mesh._backEnd.service(this, shape, () => this._facts(home));
    const { existing, serviceAccount } = this.identified;
    if (existing) this.addresses.join(existing);
    if (!serviceAccount) return undefined;
    // Only for our own pods: a pod with two budgets cannot be evicted at all.
    podDisruptionBudget(this, this.serviceName, this.identified.labels);
    const deployment = this.workload._deploy(this, place, serviceAccount);
    this.addresses.join(deployment);
    return deployment;
  }

  /**
   * Lets a controller in the cluster split the calls between the pods of this service and those of a new image.
   *
   * @internal
   */
  public _release(image: string, version: string, pin: HeaderPin | undefined, by: string): void {
    this.run(image, version, by);
    // Both versions are pods of one Deployment: the controller adds to these labels what tells them apart.
    this._intents.canary = { labels: this.identified.stable ?? {}, weight: 0, pin, by };
  }

  /**
   * Lets a controller in the cluster split the calls of one port between two Services of its own.
   *
   * @internal
   */
  public _shift(image: string, version: string, { port, name }: { port: MeshPort; name: string }, by: string): void {
    this.run(image, version, by);
    const { namespaceName: namespace, _pods: pods } = this;
    this._intents.shifted = { port, name, namespace, by };
    const hosts = ['primary', 'canary'].map((kind) => this.host.replace(this.serviceName, `${name}-${kind}`));
    this._intents.beyond.push(() =>
      hosts.map((host) => ({ key: host, host, pods, ports: [port], madeBy: `the Canary '${name}'` })),
    );
  }

  private run(image: string, version: string, by: string): void {
    this._intents.releasedBy = by;
    if (this.deployment instanceof MeshDeployment) this.deployment.release(image, version);
  }

  /**
   * @internal
   */
  public _facts(home: ZeroTrustNamespace): Service {
    return {
      ...this._routing(),
      name: this.serviceName,
      pods: this._pods,
      admissions: this._admissions().list((paths) => this._ordered(paths)),
      callees: this._intents.callees.list(),
      traffic: this.traffic,
      dns: home.dns,
      optOuts: this._optOuts(),
    };
  }

  /**
   * This service as a caller.
   *
   * @internal
   */
  public get _caller(): Caller {
    const { namespaceName: namespace, serviceAccountName: serviceAccount } = this;
    const trustDomain = this.home ? this.home.mesh._trustDomain : this.workload._peerPods?.trustDomain;
    return {
      identity: { namespace, serviceAccount, trustDomain },
      pods: this._pods,
      ...(this._outsideMesh && { isOutside: true }),
    };
  }

  private place(name: string, where: string): Place {
    const podAnnotations = (drainSeconds: number) =>
      this.home?.mesh._backEnd.podAnnotations(() => ({
        drainSeconds,
        watched: this._intents.watchedBy !== undefined,
      })) ?? {};
    const { proxyUser, proxyLabel } = this.home?.mesh._backEnd ?? {};
    const { serviceName: app, namespaceName: namespace, _ports: ports } = this;
    return { name, app, namespace, ports, podAnnotations, proxyUser, proxyLabel, where };
  }
}

function clusterDomain(scope: Construct): string {
  const home = scope.node.scopes.find((parent) => parent instanceof ZeroTrustNamespace);
  return (home as ZeroTrustNamespace | undefined)?.mesh.clusterDomain ?? 'cluster.local';
}
