import type { Deployment } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { placeOf, placeOfNew } from './errors';
import { CalleeAddresses } from './kubernetes/callee-addresses';
import { ownPods } from './kubernetes/own-pods';
import { unusedId } from './kubernetes/owned-object';
import { podDisruptionBudget } from './kubernetes/pod-disruption-budget';
import type { Caller, Canary, Operations, Pods, Routing, Service } from './mesh/contract';
import { type MeshServiceAttributes, peerWorkload } from './mesh-service-attributes';
import { type Asked, portNamed, portOperations, variable } from './operations';
import { anotherApp, describedOnce, notOurs } from './ownership';
import { ServiceIntents } from './service-intents';
import { hasRequests, servicePorts } from './service-ports';
import type { MeshPort } from './values/mesh-port';
import { dnsLabel, namespaceName } from './values/names';
import { type OptOut, optOut } from './values/opt-out';
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
 * `SharedContainerPort`, `SharedPods`, `SharedIdentity`, `PeerIsOurs`, and what its `Workload` says.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export class MeshService extends Construct {
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

  private readonly home?: ZeroTrustNamespace;
  private readonly workload: Workload;
  private readonly identified: IdentifiedWorkload;
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
    this.serviceName = peer ? dnsLabel(peer.name, where) : id;
    this.namespaceName = this.home?.namespaceName ?? namespaceName(peer?.namespace ?? '', where);
    this.host = `${this.serviceName}.${this.namespaceName}.svc.${clusterDomain(scope)}`;
    this._ports = servicePorts(props.ports ?? [], this.home?.mesh._backEnd.reservedPorts ?? [], where);
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
   * `NotOurs`, `AnotherApp`, `TooManyCallers`; for `addressEnv` `InvalidName`, `NoContainer`, `EnvironmentTaken`.
   *
   * @param callee the service that is called
   * @param operations RPCs (`'Charge'`, or `'coffee.v1.Payment/Charge'` if two APIs have one) or, for an HTTP port,
   *   paths (a trailing slash means everything below). Left out: every RPC but health and reflection, or the whole port
   * @param options which port, and whether the client's container shall know the address. Left out: the RPC port or
   *   the only one, and no
   * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
   */
  public calls(callee: MeshService, operations?: string[], options: CallOptions = {}): void {
    const where = placeOf(this);
    const line = (list: string) => `${variable(this.node.id)}.calls(${variable(callee.node.id)}, [${list}])`;
    const granted = callee._operations(operations, options.port, { where, line });
    if (this._isPeer && callee._isPeer) throw notOurs(this.host, where);
    if (callee.node.root !== this.node.root) throw anotherApp(callee.serviceName, callee.namespaceName, where);
    if (options.addressEnv !== undefined) {
      this.addresses.tell(options.addressEnv, `${callee.host}:${granted[0].port.port}`, where);
    }
    callee._admit(this.caller, granted, placeOf(callee));
    this._intents.callees.add(`${callee.host} ${callee.node.path}`, { host: callee.host, pods: callee._pods }, granted);
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
  public _operations(names: string[] | undefined, port: string | undefined, asked: Asked): Operations[] {
    return portOperations(portNamed(this._ports, port, this.serviceName, asked), names, this.serviceName, asked);
  }

  /**
   * @internal
   */
  public _admit(caller: Caller | undefined, operations: Operations[], where: string): void {
    if (!this._isPeer) this._intents.admissions.add(caller, operations, where);
  }

  /**
   * Whether somebody else owns the objects of this service.
   *
   * @internal
   */
  public get _isPeer(): boolean {
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
      canaryBy: this._intents.canary?.by,
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
      stable: this.identified.stable,
      canary: this._intents.canary,
      web: this._intents.web,
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
    return this._intents.optOuts;
  }

  private build(home: ZeroTrustNamespace, place: Place): Deployment | undefined {
    const shape = { name: this.serviceName, hasPorts: this._ports.length > 0, hasRoutes: hasRequests(this._ports) };
    home.mesh._backEnd.service(this, shape, () => this.facts(home));
    const { existing, serviceAccount } = this.identified;
    if (existing) this.addresses.join(existing);
    if (!serviceAccount) return undefined;
    // Only for our own pods: a pod with two budgets cannot be evicted at all.
    podDisruptionBudget(this, this.serviceName, this.identified.labels);
    const deployment = this.workload._deploy(this, place, serviceAccount);
    this.addresses.join(deployment);
    return deployment;
  }

  private facts(home: ZeroTrustNamespace): Service {
    return {
      ...this._routing(),
      name: this.serviceName,
      pods: this._pods,
      admissions: this._intents.admissions.list((paths) => this._ordered(paths)),
      callees: this._intents.callees.list(),
      dns: home.dns,
      optOuts: this._optOuts(),
    };
  }

  private get caller(): Caller {
    const { namespaceName: namespace, serviceAccountName: serviceAccount } = this;
    const trustDomain = this.home ? this.home.mesh._trustDomain : this.workload._peerPods?.trustDomain;
    return {
      identity: { namespace, serviceAccount, trustDomain },
      pods: this._pods,
    };
  }

  private place(name: string, where: string): Place {
    const podAnnotations = (seconds: number) => this.home?.mesh._backEnd.podAnnotations(seconds) ?? {};
    const { proxyUser, proxyLabel } = this.home?.mesh._backEnd ?? {};
    const { serviceName: app, namespaceName: namespace, _ports: ports } = this;
    return { name, app, namespace, ports, podAnnotations, proxyUser, proxyLabel, where };
  }
}

function clusterDomain(scope: Construct): string {
  const home = scope.node.scopes.find((parent) => parent instanceof ZeroTrustNamespace);
  return (home as ZeroTrustNamespace | undefined)?.mesh.clusterDomain ?? 'cluster.local';
}
