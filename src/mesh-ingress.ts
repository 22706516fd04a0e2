import { Construct } from 'constructs';
import { describe, didYouMean, MeshError, placeOf, placeOfNew } from './errors';
import { Exposures } from './exposures';
import { claimHosts, hostsOf } from './ingress-hosts';
import { ownPods } from './kubernetes/own-pods';
import { unusedId } from './kubernetes/owned-object';
import type { IngressShape } from './mesh/contract';
import type { Cors, EdgeTls, Exposure, Ingress } from './mesh/edge';
import type { Caller, Operations } from './mesh/parties';
import type { MeshService } from './mesh-service';
import { type Asked, variable } from './operations';
import { GatewayWorkload } from './values/gateway-workload';
import { PortProtocol } from './values/mesh-port';
import { dnsLabel, nameAbroad, namespaceName } from './values/names';
import { type OptOut, type OptOutOptions, optOut } from './values/opt-out';
import type { TlsCertificate } from './values/tls-certificate';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** The way in from outside the mesh. */
export interface MeshIngressProps {
  /** Host name that clients use, `api.example.com`. One `*` may stand for the whole first label. */
  readonly host: string;

  /**
   * Further host names.
   *
   * @default - none
   */
  readonly otherHosts?: string[];

  /**
   * The certificate for all of these hosts. Its Secret lies in the namespace of the gateway pods.
   *
   * @default - none; then `insecurePlaintext` says why
   */
  readonly certificate?: TlsCertificate;

  /**
   * Whether clients must show a certificate too, of an authority of yours.
   *
   * The authority is `ca.crt` of a Secret called like that of the certificate with `-cacert` after it, or else of that
   * one itself. Servers get the subject in `x-forwarded-client-cert`; what clients send under this name is dropped.
   *
   * @default false
   * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/
   */
  readonly clientCertificates?: boolean;

  /**
   * The Envoy pods that take the traffic.
   *
   * @default - GatewayWorkload.helm(): the Helm release `istio-ingress`
   */
  readonly gateway?: GatewayWorkload;

  /**
   * Namespace of the Gateway object. Needed where istiod is told to scope gateways to their namespace.
   *
   * @default - the namespace of the ingress
   */
  readonly gatewayNamespace?: string;

  /**
   * Plaintext on port 80 instead of TLS, for development: h2c and HTTP/1.1.
   *
   * The Gateway carries an annotation with the reason.
   *
   * @default - TLS 1.3 on port 443
   */
  readonly insecurePlaintext?: OptOutOptions;
}

/** What is exposed where. */
export interface ExposeOptions {
  /**
   * One of the hosts of the ingress.
   *
   * @default - all of them
   */
  readonly host?: string;

  /**
   * Name of the service's port.
   *
   * @default - its RPC port, or its only port
   */
  readonly port?: string;
}

/**
 * A way in for chosen RPCs and paths of chosen services.
 *
 * Leaves in the cluster: a Gateway with TLS 1.3 and HTTP/2, and one VirtualService per host with exact RPC paths, the
 * same deadlines, retries and canary split as inside the mesh. Exposed services admit the identity of the gateway to
 * exactly the exposed RPCs; anything else is answered at the edge, UNIMPLEMENTED (12), or PERMISSION_DENIED (7) by a
 * gateway of its own. A client with TLS 1.2 gets no connection.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `EmptyHosts`, `DuplicateHost`,
 * `InvalidHost`, `HostTaken`, `NoCertificate`, `PlaintextWithCertificate`, `NoReason`; with a gateway of its own
 * `SharedPods`, `SharedIdentity`; at synth `NothingExposed`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/
 */
export class MeshIngress extends Construct {
  /** Host names that it serves. */
  public readonly hosts: string[];

  /** Namespace of the gateway pods: the Secret of the certificate lies here. */
  public readonly gatewayPodsNamespace: string;

  private readonly home: ZeroTrustNamespace;
  private readonly gateway: Caller;
  private readonly exposures = new Exposures();
  private readonly ingressFacts: () => Ingress;
  private readonly optOuts: OptOut[];
  private readonly isOwn: boolean;

  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of the Gateway, and first part of the names of its VirtualServices
   * @param props hosts, certificate, and the pods that take the traffic
   */
  public constructor(scope: Construct, id: string, props: MeshIngressProps) {
    const where = placeOfNew(scope, id, 'MeshIngress');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    this.home = ZeroTrustNamespace._enclosing(scope, where);
    this.hosts = hostsOf(id, [props.host, ...(props.otherHosts ?? [])], where);
    this.optOuts = edgeOptOuts(props, where);
    const workload = props.gateway ?? GatewayWorkload.helm();
    this.isOwn = workload._existing === undefined;
    this.gateway = this.gatewayOf(workload);
    this.gatewayPodsNamespace = this.gateway.pods.namespace;
    claimHosts(this, this.hosts, props.certificate ? 443 : 80, this.gateway.pods, where);
    const gatewayNamespace = namespaceName(props.gatewayNamespace ?? this.home.namespaceName, where);
    const nameIn = (namespace: string) => nameAbroad(id, this.home.namespaceName, namespace, where);
    const shape = {
      name: id,
      gatewayNamespace,
      gatewayName: nameIn(gatewayNamespace),
      hosts: this.hosts,
      certificate: props.certificate?._issuer && {
        name: nameIn(this.gatewayPodsNamespace),
        namespace: this.gatewayPodsNamespace,
      },
      ownReplicas: workload._replicas,
    };
    const tls = props.certificate && {
      secretName: props.certificate._secretName(nameIn(this.gatewayPodsNamespace)),
      issuer: props.certificate._issuer,
      clientCertificates: props.clientCertificates ?? false,
    };
    this.ingressFacts = () => this.facts(shape, tls);
    this.home.mesh._backEnd.ingress(this, shape, this.ingressFacts);
    const { identity, pods } = this.gateway;
    if (this.isOwn) ownPods(this, { ...pods, serviceAccount: identity.serviceAccount }, where);
    this.node.addValidation({ validate: () => this.idleHosts() });
  }

  /**
   * Opens operations of a service to the outside.
   *
   * Refused: `UnknownMethod`, `AmbiguousMethod`, `NotServedHere`, `NoOperations`, `UnknownPort`, `InvalidPath`,
   * `UnknownHost`, `NothingToRoute`, `PathTaken`, `TooManyCallers`.
   *
   * @param service the service behind them
   * @param operations RPCs or, for an HTTP port, paths (a trailing slash means everything below, `/` everything). Left
   *   out: every RPC but health and reflection, or the whole HTTP port
   * @param options which host and port. Left out: every host, and the RPC port or the only one
   */
  public expose(service: MeshService, operations?: string[], options: ExposeOptions = {}): void {
    this._expose(service, operations, options, this, undefined);
  }

  /**
   * @internal
   */
  public _expose(
    service: MeshService,
    operations: string[] | undefined,
    options: ExposeOptions,
    by: Construct,
    cors: Cors | undefined,
  ): void {
    const where = placeOf(by);
    const line = (list: string) => `${variable(by.node.id)}.expose(${variable(service.node.id)}, [${list}])`;
    const hosts = this.hostsNamed(options.host, { where, line });
    const granted = service._operations(operations, options.port, { where, line });
    refuseTcp(granted, service.serviceName, where);
    const { methods, grpcPort } = service._routing();
    const rpcs = new Map(methods.map(({ method }) => [method.path, method]));
    const open = granted.flatMap(({ port, paths }) => (paths ?? ['/']).map((path) => ({ port, path })));
    for (const host of hosts) {
      for (const { port, path } of open) {
        const method = port === grpcPort ? rpcs.get(path) : undefined;
        const routing = () => service._routing();
        this.exposures.add(
          { host, path, service: service.host, port, method, routing, pods: service._pods, cors },
          where,
        );
      }
    }
    for (const host of hosts)
      service._intents.edges.set(`${this.node.path} ${host}`, { host, ingress: this.ingressFacts });
    service._admit(this.gateway, granted, placeOf(service));
  }

  /**
   * What a translation of grpc-web at this gateway has to know.
   *
   * @internal
   */
  public get _gateway(): Caller {
    return this.gateway;
  }

  /**
   * What a policy about this ingress has to know.
   *
   * @internal
   */
  public get _edge(): { readonly isOwn: boolean; readonly isEncrypted: boolean; readonly exposures: Exposure[] } {
    return { isOwn: this.isOwn, isEncrypted: this.optOuts.length === 0, exposures: this.exposures.list() };
  }

  private facts({ gatewayNamespace, gatewayName }: IngressShape, tls: EdgeTls | undefined): Ingress {
    return {
      name: this.node.id,
      namespace: this.home.namespaceName,
      gatewayNamespace,
      gatewayName,
      hosts: this.hosts,
      tls,
      gateway: this.gateway,
      exposures: this.exposures.list(),
      optOuts: this.optOuts,
    };
  }

  private gatewayOf({ _existing: existing }: GatewayWorkload): Caller {
    const { namespace, labels, serviceAccount } = existing ?? {
      namespace: this.home.namespaceName,
      labels: this.home.mesh._backEnd.gatewayLabels(this.node.id),
      serviceAccount: this.node.id,
    };
    const trustDomain = existing ? undefined : this.home.mesh._trustDomain;
    const identity = { namespace, serviceAccount, trustDomain };
    return { identity, pods: { namespace, labels }, isGateway: true };
  }

  private hostsNamed(host: string | undefined, { where, line }: Asked): string[] {
    if (host === undefined) return this.hosts;
    if (this.hosts.includes(host)) return [host];
    throw new MeshError({
      code: 'UnknownHost',
      where,
      what: `exposes something on '${host}', which ${this.node.id} does not serve.`,
      why: `Its hosts are: ${this.hosts.join(', ')}.${didYouMean(host, this.hosts)}`,
      fix: line('...').replace('])', `], { host: '${this.hosts[0]}' })`),
    });
  }

  private idleHosts(): string[] {
    const idle = this.hosts.filter((host) => !this.exposures.serves(host));
    return idle.map((host) =>
      describe({
        code: 'NothingExposed',
        where: this,
        what: `nothing is exposed on ${host}.`,
        why: 'A VirtualService without routes is refused by the cluster, and a host without routes answers 404.',
        fix: `${variable(this.node.id)}.expose(order, ['PlaceOrder'])`,
      }),
    );
  }
}

function refuseTcp(granted: Operations[], serviceName: string, where: string): void {
  const tcp = granted.find(({ port }) => port.protocol === PortProtocol.TCP)?.port;
  if (!tcp) return;
  throw new MeshError({
    code: 'NothingToRoute',
    where,
    what: `exposes port ${tcp.port} of ${serviceName}, which speaks tcp.`,
    why: 'An ingress routes by host and path; a TCP server would be sent HTTP, and answer what it makes of it.',
    fix: 'ports: [MeshPort.http(8080)]',
  });
}

function edgeOptOuts(
  { certificate, insecurePlaintext, clientCertificates }: MeshIngressProps,
  where: string,
): OptOut[] {
  const contradiction = insecurePlaintext && (certificate !== undefined || clientCertificates === true);
  if (insecurePlaintext && !contradiction) return [optOut('insecure-plaintext', insecurePlaintext.reason, where)];
  if (certificate && !insecurePlaintext) return [];
  throw new MeshError({
    code: contradiction ? 'PlaintextWithCertificate' : 'NoCertificate',
    where,
    what: contradiction ? 'it has a certificate and is plaintext.' : 'it has no certificate.',
    why: 'Clients prove with it that they talk to you; without one everybody on the way reads and changes every call.',
    fix: "certificate: TlsCertificate.fromSecret('api-tls')",
  });
}
