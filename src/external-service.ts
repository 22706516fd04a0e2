import type { Construct } from 'constructs';
import { Callee, type Reach } from './callee';
import type { EgressGateway } from './egress-gateway';
import { describe, placeOfNew } from './errors';
import {
  conditionOutside,
  leavesBy,
  needsProxy,
  reachable,
  soleDescription,
  soleTcpExit,
  transport,
} from './external-rules';
import { unusedId } from './kubernetes/owned-object';
import { Admissions } from './mesh/admissions';
import type { External } from './mesh/edge';
import type { Caller, Operations } from './mesh/parties';
import { type Asked, portNamed, portOperations, variable } from './operations';
import type { MaybeOutside } from './outside-mesh';
import { hasRequests, servicePorts, tunedTraffic } from './service-ports';
import { type AddressBlock, addressBlock, ipAddress, PUBLIC_ADDRESSES } from './values/address-block';
import type { CallCondition } from './values/call-condition';
import type { ExternalTls } from './values/external-tls';
import type { MeshPort } from './values/mesh-port';
import { dnsLabel, serviceHost } from './values/names';
import type { OptOut, OptOutOptions } from './values/opt-out';
import type { TrafficPolicy, TrafficSettings } from './values/traffic-policy';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** Where a host outside is, and how calls get there. */
export interface ExternalHostOptions {
  /** Its fully qualified name, `api.example.com`: what callers dial, and what its certificate is for. */
  readonly host: string;

  /**
   * How calls are encrypted on their way out.
   *
   * @default ExternalTls.verified()
   */
  readonly tls?: ExternalTls;

  /**
   * Calls leave the cluster as the application has written them, for whoever is on the way to read and change.
   *
   * The ServiceEntry carries an annotation with the reason.
   *
   * @default - they are encrypted
   */
  readonly insecurePlaintext?: OptOutOptions;

  /**
   * The gateway through which calls leave. For gRPC and HTTP.
   *
   * @default - calls leave from the pods of the callers
   */
  readonly through?: EgressGateway;

  /**
   * Addresses and CIDR blocks in which it lies, for the NetworkPolicies of whoever leaves the cluster: these know no
   * names.
   *
   * @default - its `endpoints`; without them every address that is not private (RFC 1918, 6598, 4193, link-local)
   */
  readonly addresses?: string[];

  /**
   * Where connections go, whatever DNS says: IP addresses.
   *
   * @default - where DNS says, asked by the proxy
   */
  readonly endpoints?: string[];

  /**
   * How callers treat it: limits, failing addresses, load balancing, connections. For gRPC and HTTP.
   *
   * @default - 1000 calls at once, five UNAVAILABLE in a row leave an address out for 30 s, least request
   */
  readonly trafficPolicy?: TrafficPolicy;
}

/** A host outside the mesh. */
export interface ExternalServiceProps extends ExternalHostOptions {
  /**
   * Ports that are called, each with its protocol: what the **application** speaks. `MeshPort.http(443)` is plain HTTP
   * from the application to its proxy, and HTTPS from there on.
   */
  readonly ports: MeshPort[];
}

/**
 * A host outside the mesh, for those who declare that they call it: an API of HTTP, a database, a mail server.
 *
 * The application dials `host:port` **without** TLS; its proxy (or the `EgressGateway`) begins TLS and verifies the
 * server. Without a proxy such a call is refused by the server: nothing leaves the pod in the clear by accident.
 *
 * Leaves in the cluster: ServiceEntry (for the namespaces of callers only), DestinationRule (TLS that compares the name
 * of the certificate), VirtualService (each caller's declared paths, and no others: 404), in the callers' Sidecars the
 * host, in their NetworkPolicies its addresses and ports. What a caller's own proxy decides, a pod with a broken or
 * bypassed proxy decides for itself, within its NetworkPolicy: an `EgressGateway` decides by certificate.
 *
 * All TCP connections of a caller to a TCP port go to this host, since they carry no name; give `endpoints` to tell
 * several hosts apart.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `InvalidHost`, `HostTaken`, `NoPorts`,
 * `DuplicatePort`, `InvalidAddress`, `NoReason`, `PlaintextWithTls`, `EncryptedRequests`, `NoEgressGateway`,
 * `NothingToRoute`, `SeveralPorts`, and what its `TrafficPolicy` says; at synth `NobodyCalls`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export class ExternalService extends Callee {
  public readonly host: string;

  /**
   * @internal
   */
  protected readonly _ports: MeshPort[];

  private readonly home: ZeroTrustNamespace;
  private readonly admissions = new Admissions();
  private readonly optOuts: OptOut[];
  private readonly tls: ExternalTls;
  private readonly through?: EgressGateway;
  private readonly endpoints: string[];
  private readonly addresses: AddressBlock[];
  private readonly traffic: TrafficSettings;

  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of its objects
   * @param props the host, and its ports
   */
  public constructor(scope: Construct, id: string, props: ExternalServiceProps) {
    const where = placeOfNew(scope, id, new.target.name);
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    this.home = ZeroTrustNamespace._enclosing(scope, where);
    this.host = serviceHost(props.host, where);
    soleDescription(this, this.host, where);
    this._ports = servicePorts(reachable(props.ports, where), [], where);
    const { tls, optOuts } = transport(props, this._ports, where);
    this.tls = tls;
    this.optOuts = optOuts;
    this.through = props.through;
    this.endpoints = (props.endpoints ?? []).map((address) => ipAddress(address, where));
    this.addresses = addressesOf(props.addresses ?? this.endpoints, where);
    this.traffic = tunedTraffic(props.trafficPolicy, this._ports, where);
    const origin = this.origin;
    leavesBy(this.through, this._ports, origin?.secret, where);
    const shape = { name: id, hasRoutes: hasRequests(this._ports), originatesTls: origin !== undefined };
    this.home.mesh._backEnd.external(this, shape, () => this._facts());
    this.through?._passes(this, {
      facts: () => this._facts(),
      exit: { addresses: this.addresses, ports: this._ports },
      needsSecret: origin?.secret !== undefined,
    });
    this.node.addValidation({ validate: () => this.uncalled() });
  }

  /**
   * @internal
   */
  public override _operations(names: string[] | undefined, port: string | undefined, asked: Asked): Operations[] {
    return portOperations(portNamed(this._ports, port, this.host, asked), names, this.host, asked);
  }

  /**
   * @internal
   */
  public override _admit(caller: Caller | undefined, operations: Operations[], where: string): void {
    if (caller && this.endpoints.length === 0 && !this.encryptedByCallers) soleTcpExit(this, caller, operations, where);
    this.admissions.add(caller, operations, where);
  }

  /**
   * @internal
   */
  public override _meetable(_operations: Operations[], when: CallCondition[], where: string): void {
    if (when.length > 0) throw conditionOutside(this.host, where);
  }

  /**
   * @internal
   */
  public override _reachableBy(caller: MaybeOutside, _operations: Operations[], where: string): void {
    if (caller._outsideMesh && (this.origin || this.through)) throw needsProxy(this.host, where);
  }

  /**
   * @internal
   */
  public override _reach(_caller: Caller, operations: Operations[]): Reach {
    const { through, host, addresses } = this;
    const outside = { declaredIn: this.home.namespaceName, addresses: through ? [] : addresses };
    return {
      key: `${host} ${this.node.path}`,
      callee: { host, pods: through?._pods, outside },
      operations: through ? [{ port: through._port }] : operations,
      beyond: () => [],
    };
  }

  /**
   * @internal
   */
  public override get _isPeer(): boolean {
    return false;
  }

  /**
   * @internal
   */
  protected _facts(): External {
    return {
      name: this.node.id,
      namespace: this.home.namespaceName,
      host: this.host,
      ports: this._ports,
      methods: [],
      endpoints: this.endpoints,
      tls: this.origin,
      encryptedByCallers: this.encryptedByCallers,
      admissions: this.admissions.list((paths) => this._ordered(paths)),
      traffic: this.traffic,
      through: this.through?._door(this, this.home.namespaceName),
      optOuts: this.optOuts,
    };
  }

  /**
   * @internal
   */
  protected _ordered(paths: string[]): string[] {
    return paths.sort();
  }

  private get encryptedByCallers(): boolean {
    return this.origin === undefined && this.optOuts.length === 0;
  }

  private get origin() {
    return this.optOuts.length > 0 ? undefined : this.tls._origination(this.host);
  }

  private uncalled(): string[] {
    if (this.admissions.list((paths) => paths).length > 0) return [];
    return [
      describe({
        code: 'NobodyCalls',
        where: this,
        what: `nobody calls ${this.host}.`,
        why: 'It would be known to nobody; a VirtualService without routes is refused by the cluster.',
        fix: `order.calls(${variable(this.node.id)})`,
      }),
    ];
  }
}

function addressesOf(addresses: string[], where: string): AddressBlock[] {
  return addresses.length === 0 ? PUBLIC_ADDRESSES : addresses.map((address) => addressBlock(address, where));
}
