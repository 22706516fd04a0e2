import { Construct } from 'constructs';
import { describe, placeOf, placeOfNew } from './errors';
import { ownPods } from './kubernetes/own-pods';
import { unusedId } from './kubernetes/owned-object';
import { MAX_RULES } from './mesh/admissions';
import type { Egress, EgressDoor, External } from './mesh/edge';
import type { Caller, Pods } from './mesh/parties';
import { MeshPort } from './values/mesh-port';
import { dnsLabel, nameAbroad } from './values/names';
import { OutlierDetection } from './values/outlier-detection';
import { replicaCount } from './values/replicas';
import { trafficSettings } from './values/traffic-policy';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** The way out of the cluster. */
export interface EgressGatewayProps {
  /**
   * Number of gateway pods.
   *
   * @default 2
   */
  readonly replicas?: number;
}

/** A host that passes. */
interface Passing {
  readonly facts: () => External;
  readonly exit: Egress['exits'][number];
  readonly needsSecret: boolean;
}

/**
 * The one way out of the cluster for hosts that say `through` it.
 *
 * Callers reach the gateway with the certificates of the mesh; it admits each to the RPCs or paths of the hosts that it
 * declared, and begins TLS to the host. Anything else it answers PERMISSION_DENIED (7).
 *
 * Leaves in the cluster: Deployment, Service, ServiceAccount and PodDisruptionBudget of its own pods, Gateway
 * (`ISTIO_MUTUAL`), DestinationRule, AuthorizationPolicy (callers by certificate, host and path), NetworkPolicy (in:
 * callers; out: the addresses of its hosts); for hosts with a Secret also Role and RoleBinding to list those of its
 * namespace, so give it a namespace of its own then. Callers' NetworkPolicies lead to the gateway and not outside.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `InvalidReplicas`, `SharedPods`,
 * `SharedIdentity`; at synth `NothingPasses`, `TooManyCallers`.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway-tls-origination/
 */
export class EgressGateway extends Construct {
  /** Namespace of the gateway pods: Secrets of `ExternalTls` lie here. */
  public readonly namespaceName: string;

  /**
   * Where callers find it; its pods listen on an unprivileged port.
   *
   * @internal
   */
  public readonly _port = MeshPort.http(443, { containerPort: 8443 });

  private readonly home: ZeroTrustNamespace;
  private readonly passing: Passing[] = [];

  /**
   * @param scope a ZeroTrustNamespace, or a construct below one
   * @param id name of its objects
   * @param props how many pods. Left out: two
   */
  public constructor(scope: Construct, id: string, props: EgressGatewayProps = {}) {
    const where = placeOfNew(scope, id, 'EgressGateway');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    this.home = ZeroTrustNamespace._enclosing(scope, where);
    this.namespaceName = this.home.namespaceName;
    const shape = { name: id, replicas: replicaCount(props.replicas ?? 2, where) };
    this.home.mesh._backEnd.egress(this, shape, () => this.facts());
    ownPods(this, { ...this._pods, serviceAccount: id }, where);
    this.node.addValidation({ validate: () => [...this.idle(), ...this.crowded()] });
  }

  /**
   * Lets a host pass.
   *
   * @internal
   */
  public _passes(_external: Construct, passing: Passing): void {
    if (passing.needsSecret && !this.passing.some(({ needsSecret }) => needsSecret)) {
      this.home.mesh._backEnd.egressSecrets(this, this.node.id);
    }
    this.passing.push(passing);
  }

  /**
   * How calls of a host get here.
   *
   * @internal
   */
  public _door({ node: { id } }: Construct, namespace: string): EgressDoor {
    return {
      host: this.host,
      port: this._port,
      gatewayNamespace: this.namespaceName,
      gatewayName: this.node.id,
      subset: nameAbroad(id, namespace, this.namespaceName, placeOf(this)),
    };
  }

  /**
   * @internal
   */
  public get _pods(): Pods {
    return { namespace: this.namespaceName, labels: this.home.mesh._backEnd.gatewayLabels(this.node.id) };
  }

  private get host(): string {
    return `${this.node.id}.${this.namespaceName}.svc.${this.home.mesh.clusterDomain}`;
  }

  private get caller(): Caller {
    const trustDomain = this.home.mesh._trustDomain;
    return {
      identity: { namespace: this.namespaceName, serviceAccount: this.node.id, trustDomain },
      pods: this._pods,
    };
  }

  private facts(): Egress {
    return {
      name: this.node.id,
      host: this.host,
      port: this._port,
      gateway: this.caller,
      externals: this.passing.map(({ facts }) => facts()),
      exits: this.passing.map(({ exit }) => exit),
      // A host outside that fails is answered 14 by every pod of the gateway: they are well, and stay.
      traffic: trafficSettings({ outlierDetection: OutlierDetection.off() }, placeOf(this)),
    };
  }

  private crowded(): string[] {
    const rules = this.facts().externals.flatMap(({ admissions }) => admissions).length;
    if (rules <= MAX_RULES) return [];
    return [
      describe({
        code: 'TooManyCallers',
        where: this,
        what: `its hosts have ${rules} callers.`,
        why: `Its AuthorizationPolicy has a rule for each caller of each host, and holds ${MAX_RULES}.`,
        fix: `new EgressGateway(scope, '${this.node.id}-2')   // for some of its hosts`,
      }),
    ];
  }

  private idle(): string[] {
    if (this.passing.length > 0) return [];
    return [
      describe({
        code: 'NothingPasses',
        where: this,
        what: 'no host is called through it.',
        why: 'A Gateway without hosts is refused by the cluster.',
        fix: `new ExternalGrpcService(shop, 'cards', { through: ${this.node.id}, ... })`,
      }),
    ];
  }
}
