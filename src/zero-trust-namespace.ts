import { type ApiObject, type App, Chart, YamlOutputType } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { describe, MeshError, placeOf, placeOfNew } from './errors';
import { duplicatesBelow, unusedId } from './kubernetes/owned-object';
import { Mesh } from './mesh/mesh';
import { ClusterDns } from './values/cluster-dns';
import { namespaceName, objectName } from './values/names';
import { type OptOut, type OptOutOptions, optOut } from './values/opt-out';

/** How a namespace differs from the usual one. */
export interface ZeroTrustNamespaceProps {
  /**
   * The mesh the namespace runs on.
   *
   * @default - Mesh.istio(): Istio 1.31 with sidecars and the default revision
   */
  readonly mesh?: Mesh;

  /**
   * The DNS service of the cluster: the only thing that every pod of the namespace may reach.
   *
   * @default - kube-dns or CoreDNS in `kube-system`
   */
  readonly dns?: ClusterDns;

  /**
   * Whether the namespace exists and somebody else owns it. Everything is written but the Namespace object.
   *
   * Whatever else runs in it loses its traffic until it is declared: the walls hold for all of its pods. Its labels are
   * yours to set, once, before pods start: `istio-injection=enabled` (with a `revision`: `istio.io/rev=<revision>`),
   * `pod-security.kubernetes.io/warn=restricted`, `pod-security.kubernetes.io/audit=restricted`, and with `cni`
   * `pod-security.kubernetes.io/enforce=restricted`.
   *
   * @default false
   */
  readonly adoptExisting?: boolean;

  /**
   * Let the lists of callers refuse nothing for a while, and count what they would refuse.
   *
   * `istio.io/dry-run` stands on `allow-nothing` and on the policy of each service, and their NetworkPolicies let
   * everybody come to their ports. What stays: mutual TLS, what the pods of the namespace may reach, and what is
   * decided beside the lists of callers (tokens, `DeniedCalls`, gateways of its own). `grpc-mesh diff dist dist
   * --enforce-dry-run` says what would be refused.
   *
   * @default - they refuse
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/
   */
  readonly dangerouslyDryRun?: OptOutOptions;
}

const MARK = Symbol.for('cdk8s-grpc-mesh.ZeroTrustNamespace');

/**
 * A namespace in which nothing talks until something says so.
 *
 * A chart: everything created under it lands in the namespace.
 *
 * Leaves in the cluster: the Namespace, STRICT mutual TLS, an AuthorizationPolicy that allows nothing, a Sidecar that
 * sees nothing but the mesh and DNS (`REGISTRY_ONLY`), and NetworkPolicies that deny both ways except DNS and istiod.
 *
 * The construct id is the name of the namespace. It stands directly under the App.
 *
 * Refused: `NamespaceNotUnderApp`, `InvalidName`, `NameTooLong`, `ReservedNamespace`, `NoReason`, `DuplicateObject`;
 * at synth `DuplicateObject`, `FilePerResource`.
 *
 * @see https://istio.io/latest/docs/concepts/security/
 */
export class ZeroTrustNamespace extends Chart {
  /**
   * The namespace that encloses a construct.
   *
   * @jsii ignore
   */
  public static override of(construct: IConstruct): ZeroTrustNamespace {
    return ZeroTrustNamespace._enclosing(construct, placeOf(construct));
  }

  /**
   * Chart answers `instanceof` for all its subclasses; only these are meant here.
   *
   * @internal
   */
  public static override [Symbol.hasInstance](value: unknown): value is ZeroTrustNamespace {
    return typeof value === 'object' && value !== null && MARK in value;
  }

  /**
   * @internal
   */
  public static _enclosing(construct: IConstruct, where: string): ZeroTrustNamespace {
    const found = [...construct.node.scopes].reverse().find((scope) => scope instanceof ZeroTrustNamespace);
    if (found) return found as ZeroTrustNamespace;
    throw new MeshError({
      code: 'NoNamespace',
      where,
      what: 'it stands in no ZeroTrustNamespace.',
      why: 'The namespace decides the mesh, the identity and the walls; without one its objects would land in `default`, open to all.',
      fix: "const shop = new ZeroTrustNamespace(app, 'coffee-shop');\nnew GrpcService(shop, 'order', { ... });",
    });
  }

  /** Name of the namespace. */
  public readonly namespaceName: string;

  /** The mesh it runs on. */
  public readonly mesh: Mesh;

  /** The DNS service that its pods may ask. */
  public readonly dns: ClusterDns;

  /**
   * Why its lists of callers refuse nothing, if they do not.
   *
   * @internal
   */
  public readonly _dryRun?: OptOut;

  /**
   * @param scope the App
   * @param id name of the namespace
   * @param props how it differs from the usual one. Left out: Istio 1.31, kube-dns, a new namespace
   */
  public constructor(scope: Construct, id: string, props: ZeroTrustNamespaceProps = {}) {
    const where = placeOfNew(scope, id, 'ZeroTrustNamespace');
    super(directlyUnderApp(scope, where), unusedId(scope, namespaceName(id, where), where), {
      namespace: id,
      disableResourceNameHashes: true,
    });
    Object.defineProperty(this, MARK, { value: true });
    this.namespaceName = id;
    this.mesh = props.mesh ?? Mesh.istio();
    this.dns = props.dns ?? ClusterDns.kubeDns(this.mesh.clusterDomain);
    refuseReserved(this, where);
    const { adoptExisting: adopted = false, dangerouslyDryRun: trial } = props;
    this._dryRun = trial && optOut('dangerously-dry-run', trial.reason, where);
    this.mesh._backEnd.namespace(this, { name: id, adopted, dns: this.dns, dryRun: this._dryRun });
    this.node.addValidation({ validate: () => [...duplicatesBelow(this), ...overwrittenFiles(this)] });
  }

  /**
   * Names of your own objects: the construct ids below the namespace, spelled out in lower case, without a hash.
   *
   * Refused: `InvalidName`.
   *
   * @param apiObject the object that gets the name
   */
  public override generateObjectName(apiObject: ApiObject): string {
    const below = apiObject.node.scopes.slice(this.node.scopes.length).map((construct) => construct.node.id);
    const named = below.filter((id) => id !== 'Resource' && id !== 'Default');
    return objectName(named.join('-').toLowerCase(), placeOf(apiObject));
  }
}

const KUBERNETES = ['kube-system', 'kube-public', 'kube-node-lease'];

// In the root namespace of the mesh, its policies would hold for every namespace.
function refuseReserved({ namespaceName, mesh, dns }: ZeroTrustNamespace, where: string): void {
  if (![mesh._backEnd.rootNamespace, dns.namespaceName, ...KUBERNETES].includes(namespaceName)) return;
  throw new MeshError({
    code: 'ReservedNamespace',
    where,
    what: `'${namespaceName}' is a namespace of the cluster itself.`,
    why: 'To allow nothing there would stop the mesh, the DNS or Kubernetes for everybody.',
    fix: "new ZeroTrustNamespace(app, 'coffee-shop')",
  });
}

function directlyUnderApp(scope: Construct, where: string): Construct {
  if (scope.node.scope === undefined) return scope;
  throw new MeshError({
    code: 'NamespaceNotUnderApp',
    where,
    what: `it stands under '${scope.node.path}', not directly under the App.`,
    why: 'cdk8s gives nested charts hashed file names and an empty file of their parent.',
    fix: `new ZeroTrustNamespace(app, '${where.split(' ')[0].split('/').at(-1)}')`,
  });
}

// Files are then named after kind and name alone: `default` of one namespace would overwrite `default` of the next.
function overwrittenFiles(namespace: ZeroTrustNamespace): string[] {
  const app = namespace.node.root;
  const { yamlOutputType } = app as App;
  const namespaces = app.node.children.filter((child) => child instanceof ZeroTrustNamespace);
  if (yamlOutputType !== YamlOutputType.FILE_PER_RESOURCE || namespaces.length < 2) return [];
  return [
    describe({
      code: 'FilePerResource',
      where: namespace,
      what: 'the App writes one file per resource, and has several namespaces.',
      why: 'cdk8s names these files after kind and name alone, so objects of one namespace would overwrite those of another.',
      fix: 'new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE })',
    }),
  ];
}
