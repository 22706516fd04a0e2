import { MeshError } from '../errors';
import { providerName } from '../values/extension-provider';
import { labelValue } from '../values/labels';
import { clusterDomainName, namespaceName } from '../values/names';
import type { MeshBackEnd } from './contract';
import { Istio } from './istio/istio';
import { trustDomainName } from './trust-domain';

/** The Istio installation that a namespace runs on. */
export interface IstioOptions {
  /**
   * Minor version of istiod: '1.29', '1.30' or '1.31'. What is written today exists in all three.
   *
   * @default '1.31'
   */
  readonly version?: string;

  /**
   * Trust domain of the mesh, `meshConfig.trustDomain`: the first part of every identity.
   *
   * @default 'cluster.local'
   */
  readonly trustDomain?: string;

  /**
   * Namespace of istiod and of mesh-wide policies, `meshConfig.rootNamespace`.
   *
   * @default 'istio-system'
   */
  readonly rootNamespace?: string;

  /**
   * Revision or revision tag that injects the sidecars.
   *
   * @default - the default revision, by the label `istio-injection: enabled`
   */
  readonly revision?: string;

  /**
   * Names of the extension providers that the mesh has already, `meshConfig.extensionProviders`.
   *
   * An app with MeshSettings need not name those that it uses: they are added to its settings.
   *
   * @default - none that this app could use
   */
  readonly extensionProviders?: string[];

  /**
   * Whether istio-cni sets up the pods' network.
   *
   * With it Pod Security `restricted` is enforced; without it the injected init container needs NET_ADMIN and would be
   * refused, so `restricted` only warns and audits.
   *
   * @default false
   * @see https://istio.io/latest/docs/setup/additional-setup/cni/
   */
  readonly cni?: boolean;

  /**
   * Domain of the cluster's host names.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}

/** Which mesh and version a namespace runs on. Constructs state intent, the mesh renders it. */
export class Mesh {
  /**
   * Istio with a sidecar in every pod.
   *
   * Refused: `UnsupportedVersion`, `InvalidTrustDomain`, `InvalidName`, `NameTooLong`, `InvalidLabel`,
   * `InvalidClusterDomain`, `InvalidProviderName`.
   *
   * @param options how the installation differs. Left out: Istio 1.31 as `istioctl install` leaves it
   * @see https://istio.io/latest/docs/overview/dataplane-modes/
   */
  public static istio(options: IstioOptions = {}): Mesh {
    const version = options.version ?? '1.31';
    if (!ISTIO_VERSIONS.includes(version)) {
      throw new MeshError({
        code: 'UnsupportedVersion',
        where: 'Mesh.istio',
        what: `version '${version}' is not one that this library knows.`,
        why: `What it writes is known to exist in Istio ${ISTIO_VERSIONS.join(', ')}.`,
        fix: `Mesh.istio({ version: '${ISTIO_VERSIONS.at(-1)}' })`,
      });
    }
    const trustDomain = trustDomainName(options.trustDomain ?? 'cluster.local', 'Mesh.istio');
    const backEnd = new Istio({
      trustDomain,
      rootNamespace: namespaceName(options.rootNamespace ?? 'istio-system', 'Mesh.istio'),
      revision: options.revision === undefined ? undefined : labelValue('istio.io/rev', options.revision, 'Mesh.istio'),
      cni: options.cni ?? false,
    });
    const clusterDomain = clusterDomainName(options.clusterDomain ?? 'cluster.local', 'Mesh.istio');
    const providers = (options.extensionProviders ?? []).map((name) => providerName(name, 'Mesh.istio'));
    return new Mesh(clusterDomain, trustDomain, providers, backEnd);
  }

  private constructor(
    /** Domain of the cluster's host names. */
    public readonly clusterDomain: string,
    /**
     * First part of every identity of its workloads.
     *
     * @internal
     */
    public readonly _trustDomain: string,
    /**
     * Names of the extension providers that it has.
     *
     * @internal
     */
    public readonly _providers: string[],
    /**
     * @internal
     */
    public readonly _backEnd: MeshBackEnd,
  ) {}
}

const ISTIO_VERSIONS = ['1.29', '1.30', '1.31'];
