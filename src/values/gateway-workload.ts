import { ownIdentity } from './identity';
import { selectingLabels } from './labels';
import { namespaceName } from './names';
import { replicaCount } from './replicas';

/** Where `istioctl install` put the gateway. */
export interface IstioctlGatewayOptions {
  /**
   * Namespace of the gateway pods.
   *
   * @default 'istio-system'
   */
  readonly namespace?: string;
}

/** Where the Helm chart `istio/gateway` put the gateway. */
export interface HelmGatewayOptions {
  /**
   * Name of the Helm release.
   *
   * @default 'istio-ingress'
   */
  readonly release?: string;

  /**
   * Namespace of the gateway pods.
   *
   * @default - the name of the release
   */
  readonly namespace?: string;
}

/** Gateway pods that somebody installed in another way. */
export interface GatewayPodsOptions {
  /** Namespace of the gateway pods. */
  readonly namespace: string;
  /** Labels that select exactly these pods. */
  readonly labels: { [key: string]: string };
  /** Their ServiceAccount: the identity that exposed services admit. */
  readonly serviceAccountName: string;
}

/** A gateway of the app's own. */
export interface OwnGatewayOptions {
  /**
   * Number of gateway pods.
   *
   * @default 2
   */
  readonly replicas?: number;
}

/**
 * The Envoy pods that take traffic into the mesh.
 *
 * Exposed services admit the identity of these pods for what is exposed; the pods are found by their labels.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/gateway/
 */
export class GatewayWorkload {
  /**
   * The gateway of `istioctl install`: pods `istio: ingressgateway` in `istio-system`.
   *
   * Refused: `InvalidName`, `NameTooLong`.
   *
   * @param options where it was installed. Left out: `istio-system`
   */
  public static istioctl(options: IstioctlGatewayOptions = {}): GatewayWorkload {
    return GatewayWorkload.pods({
      namespace: options.namespace ?? 'istio-system',
      labels: { istio: 'ingressgateway' },
      serviceAccountName: 'istio-ingressgateway-service-account',
    });
  }

  /**
   * The gateway of the Helm chart `istio/gateway`.
   *
   * For the release `istio-ingress`, pods `istio: ingress` in `istio-ingress`.
   *
   * Refused: `InvalidName`, `NameTooLong`, `InvalidLabel`, `NoIdentity`.
   *
   * @param options which release. Left out: `istio-ingress`, in a namespace of this name
   * @see https://istio.io/latest/docs/setup/additional-setup/gateway/
   */
  public static helm(options: HelmGatewayOptions = {}): GatewayWorkload {
    const release = options.release ?? 'istio-ingress';
    return GatewayWorkload.pods({
      namespace: options.namespace ?? release,
      labels: { istio: release.replace(/^istio-/, '') },
      serviceAccountName: release,
    });
  }

  /**
   * Gateway pods by their labels.
   *
   * Refused: `InvalidName`, `NameTooLong`, `NoLabels`, `InvalidLabel`, `NoIdentity`.
   *
   * @param options where they are and who they are
   */
  public static pods(options: GatewayPodsOptions): GatewayWorkload {
    const where = 'GatewayWorkload.pods';
    return new GatewayWorkload(
      {
        namespace: namespaceName(options.namespace, where),
        labels: selectingLabels(options.labels, where),
        serviceAccount: ownIdentity(options.serviceAccountName, where, "serviceAccountName: 'istio-ingress'"),
      },
      undefined,
    );
  }

  /**
   * A gateway of its own in the namespace of the ingress: Deployment, LoadBalancer Service, ServiceAccount, policies.
   *
   * The proxy's image and version come from the mesh, by injection.
   *
   * Refused: `InvalidReplicas`.
   *
   * @param options how many pods. Left out: two
   * @see https://istio.io/latest/docs/setup/additional-setup/gateway/#deploying-a-gateway
   */
  public static own(options: OwnGatewayOptions = {}): GatewayWorkload {
    return new GatewayWorkload(undefined, replicaCount(options.replicas ?? 2, 'GatewayWorkload.own'));
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _existing: ExistingGateway | undefined,
    /**
     * @internal
     */
    public readonly _replicas: number | undefined,
  ) {}
}

/** Gateway pods that are already there. */
interface ExistingGateway {
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly serviceAccount: string;
}
