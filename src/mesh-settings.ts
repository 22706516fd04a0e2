import { Chart, Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import { describe, MeshError, placeOf, placeOfNew } from './errors';
import { writeInstallFiles } from './install-files';
import { reserve } from './kubernetes/claims';
import { unusedId } from './kubernetes/owned-object';
import type { MeshWide } from './mesh/contract';
import { Mesh } from './mesh/mesh';
import { trustDomainName } from './mesh/trust-domain';
import { addProvider, neededProviders, settleNeeds } from './mesh-needs';
import { variable } from './operations';
import type { ExtensionProvider } from './values/extension-provider';
import { dnsLabel } from './values/names';
import { type OptOut, type OptOutOptions, optOut } from './values/opt-out';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** What becomes of a path before anything looks at it: policies, routes, the server. */
export enum PathNormalization {
  /** `/a/../b` becomes `/b`. */
  BASE = 'BASE',
  /** Also `/a//b` becomes `/a/b`. */
  MERGE_SLASHES = 'MERGE_SLASHES',
  /** Also `/a%2fb` becomes `/a/b`. */
  DECODE_AND_MERGE_SLASHES = 'DECODE_AND_MERGE_SLASHES',
}

/** How a mesh differs from a safe one. */
export interface MeshSettingsProps {
  /**
   * The mesh: its trust domain, root namespace and revision.
   *
   * @default - Mesh.istio(): Istio 1.31 as it is installed, with `cluster.local` and `istio-system`
   */
  readonly mesh?: Mesh;

  /**
   * Trust domains whose identities count as those of this mesh. An identity of one is its namesake in all of them.
   *
   * @default - none
   */
  readonly trustDomainAliases?: string[];

  /**
   * What becomes of a path before policies and servers see it. gRPC paths never change by it.
   *
   * @default PathNormalization.DECODE_AND_MERGE_SLASHES, the strictest: no spelling of a path gets around a policy
   * @see https://istio.io/latest/docs/ops/best-practices/security/#customize-your-system-on-path-normalization
   */
  readonly pathNormalization?: PathNormalization;

  /**
   * Providers beyond those that constructs of this app ask for.
   *
   * @default - only those
   */
  readonly extensionProviders?: ExtensionProvider[];

  /**
   * Take callers without a certificate of the mesh, wherever a namespace or a workload does not say otherwise.
   *
   * @default - they get no connection
   */
  readonly insecurePlaintext?: OptOutOptions;

  /**
   * Take clients of TLS 1.2 at gateways that do not say otherwise. Between proxies it stays 1.3.
   *
   * @default - TLS 1.3
   */
  readonly dangerouslyAllowTls12?: OptOutOptions;

  /**
   * Let pods reach hosts that the mesh does not know, wherever a Sidecar does not say otherwise.
   *
   * @default - they get no connection: `REGISTRY_ONLY`
   */
  readonly dangerouslyAllowAnyOutbound?: OptOutOptions;
}

const MARK = Symbol.for('cdk8s-grpc-mesh.MeshSettings');

/**
 * What holds for a whole mesh, for the team that installs it.
 *
 * Leaves in the cluster, in the root namespace: STRICT mutual TLS for every namespace that does not say otherwise. The
 * rest is no object but told to the installation, as values of its Helm chart or as a file for istioctl: TLS 1.3
 * between proxies and at gateways, REGISTRY_ONLY, trust domains, path normalization, and every extension provider that
 * something in this app asks for.
 *
 * It stands directly under the App; the construct id is the name of its file. One mesh has one.
 *
 * Refused: `SettingsNotUnderApp`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `SecondSettings`,
 * `InvalidTrustDomain`, `AnotherProvider`, `NoReason`; at synth `StaleSettings`, `ContradictingMesh`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export class MeshSettings extends Chart {
  /**
   * Chart answers `instanceof` for all its subclasses; only these are meant here.
   *
   * @internal
   */
  public static override [Symbol.hasInstance](value: unknown): value is MeshSettings {
    return typeof value === 'object' && value !== null && MARK in value;
  }

  /** The mesh that it is about. */
  public readonly mesh: Mesh;

  private readonly aliases: string[];
  private readonly normalization: PathNormalization;
  private readonly optOuts: OptOut[];
  private told?: string;

  /**
   * @param scope the App
   * @param id name of the chart
   * @param props how the mesh differs from a safe one
   */
  public constructor(scope: Construct, id: string, props: MeshSettingsProps = {}) {
    const where = placeOfNew(scope, id, 'MeshSettings');
    const mesh = props.mesh ?? Mesh.istio();
    super(underApp(scope, where), unusedId(scope, dnsLabel(id, where), where), {
      namespace: mesh._backEnd.rootNamespace,
      disableResourceNameHashes: true,
    });
    Object.defineProperty(this, MARK, { value: true });
    const first = reserve(this, 'mesh settings', where);
    if (first !== undefined) throw secondSettings(first, where);
    this.mesh = mesh;
    this.aliases = (props.trustDomainAliases ?? []).map((alias) => trustDomainName(alias, where));
    this.normalization = props.pathNormalization ?? PathNormalization.DECODE_AND_MERGE_SLASHES;
    this.optOuts = doors(props, where);
    settleNeeds(this);
    for (const provider of props.extensionProviders ?? []) addProvider(this, provider, where);
    mesh._backEnd.meshWide(this, this.opened('insecure-plaintext'), this.optOuts);
    this.node.addValidation({ validate: () => [...this.stale(where), ...this.contradicted(props.mesh, where)] });
  }

  /**
   * Values for the Helm chart `istio/istiod`, as YAML: `helm upgrade istiod istio/istiod -n istio-system -f FILE`.
   *
   * Call it last: what a construct asks for afterwards is not in it, and the synth then says `StaleSettings`.
   */
  public toHelmValues(): string {
    return this.text('helmValues');
  }

  /**
   * A file for `istioctl install -f FILE`, as YAML. It is no manifest: no cluster has its kind.
   *
   * Call it last: what a construct asks for afterwards is not in it, and the synth then says `StaleSettings`.
   */
  public toInstallFile(): string {
    return this.text('installFile');
  }

  /**
   * Writes both files, `istiod-values.yaml` and `istioctl-install.yaml`, into a folder, which it creates.
   *
   * Not the folder that goes to `kubectl apply`. Call it last, before `app.synth()`.
   *
   * Refused: `NotWritten`, when the folder or a file cannot be written.
   *
   * @param folder where
   */
  public writeFiles(folder: string): void {
    const { helmValues, installFile } = this.installation();
    const files = { 'istiod-values.yaml': helmValues, 'istioctl-install.yaml': installFile };
    writeInstallFiles(folder, files, placeOf(this));
  }

  private text(file: 'helmValues' | 'installFile'): string {
    return Yaml.stringify(this.installation()[file]);
  }

  private installation() {
    const facts = this.facts();
    this.told = JSON.stringify(facts);
    return this.mesh._backEnd.installation(facts);
  }

  private facts(): MeshWide {
    return {
      trustDomain: this.mesh._trustDomain,
      trustDomainAliases: this.aliases,
      allowsTls12: this.opened('dangerously-allow-tls12'),
      allowsAnyOutbound: this.opened('dangerously-allow-any-outbound'),
      pathNormalization: this.normalization,
      providers: neededProviders(this),
    };
  }

  private opened(name: OptOut['name']): boolean {
    return this.optOuts.some((door) => door.name === name);
  }

  // Policies name identities of the trust domain, and mesh-wide ones lie in the root namespace.
  private contradicted(given: Mesh | undefined, where: string): string[] {
    const own = rootOf(this.mesh);
    const others = this.node.root.node.children.filter(
      (child): child is ZeroTrustNamespace => child instanceof ZeroTrustNamespace && rootOf(child.mesh) !== own,
    );
    return others.slice(0, 1).map(({ namespaceName, mesh }) =>
      describe({
        code: 'ContradictingMesh',
        where,
        what: `it is about the mesh ${own}, and namespace '${namespaceName}' runs on ${rootOf(mesh)}.`,
        why: 'The mesh would be installed with one trust domain and its policies would name identities of another: every call would be refused.',
        fix: given
          ? `new ZeroTrustNamespace(app, '${namespaceName}', { mesh: ${variable(this.node.id)}.mesh })`
          : `new MeshSettings(app, '${this.node.id}', { mesh: ${variable(namespaceName)}.mesh })`,
      }),
    );
  }

  private stale(where: string): string[] {
    if (this.told === undefined || this.told === JSON.stringify(this.facts())) return [];
    return [
      describe({
        code: 'StaleSettings',
        where,
        what: 'something has asked for an extension provider after its files were written.',
        why: 'The installation would lack it: calls that need it would be refused, or nothing would be told.',
        fix: "settings.writeFiles('platform');   // the last line before app.synth()",
      }),
    ];
  }
}

function rootOf({ _trustDomain, _backEnd }: Mesh): string {
  return `${_trustDomain} with the root namespace ${_backEnd.rootNamespace}`;
}

function doors(props: MeshSettingsProps, where: string): OptOut[] {
  const { insecurePlaintext, dangerouslyAllowTls12, dangerouslyAllowAnyOutbound } = props;
  return [
    ...(insecurePlaintext ? [optOut('insecure-plaintext', insecurePlaintext.reason, where)] : []),
    ...(dangerouslyAllowTls12 ? [optOut('dangerously-allow-tls12', dangerouslyAllowTls12.reason, where)] : []),
    ...(dangerouslyAllowAnyOutbound
      ? [optOut('dangerously-allow-any-outbound', dangerouslyAllowAnyOutbound.reason, where)]
      : []),
  ];
}

function underApp(scope: Construct, where: string): Construct {
  if (scope.node.scope === undefined) return scope;
  throw new MeshError({
    code: 'SettingsNotUnderApp',
    where,
    what: `it stands under '${scope.node.path}', not directly under the App.`,
    why: 'It holds for every namespace, and is a chart of its own: cdk8s gives nested charts hashed file names.',
    fix: "new MeshSettings(app, 'mesh')",
  });
}

function secondSettings(first: string, where: string): MeshError {
  return new MeshError({
    code: 'SecondSettings',
    where,
    what: `${first} has the settings of the mesh already.`,
    why: 'An installation is told once; of two files the later one would undo the earlier.',
    fix: 'say it in the first one, or give another mesh another App',
  });
}
