import { selectingLabels } from './labels';
import { namespaceName, serviceHost } from './names';
import { portNumber } from './port-number';

/** The DNS service of a cluster that is not set up like most. */
export interface ClusterDnsOptions {
  /** Host name of the Service inside the cluster. */
  readonly host: string;
  /** Namespace of the Service and its pods. */
  readonly namespace: string;
  /** Labels of its pods. */
  readonly podLabels: { [key: string]: string };
  /**
   * Port on which the pods listen.
   *
   * @default 53
   */
  readonly containerPort?: number;
}

/**
 * The one thing outside the mesh that every pod may ask.
 *
 * NetworkPolicies know it by the labels of its pods, Sidecars by its host name. DNS that listens at an address of the
 * node (NodeLocal DNSCache) has no such pods and cannot be described.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export class ClusterDns {
  /**
   * CoreDNS or kube-dns as nearly every cluster has it: pods `k8s-app: kube-dns` in `kube-system`.
   *
   * Refused: `InvalidHost`.
   *
   * @param clusterDomain domain of the cluster's host names
   */
  public static kubeDns(clusterDomain: string = 'cluster.local'): ClusterDns {
    return ClusterDns.of({
      host: `kube-dns.kube-system.svc.${clusterDomain}`,
      namespace: 'kube-system',
      podLabels: { 'k8s-app': 'kube-dns' },
    });
  }

  /**
   * Any other one that runs as pods with labels of their own.
   *
   * Refused: `InvalidHost`, `InvalidName`, `NameTooLong`, `NoLabels`, `InvalidLabel`, `InvalidPort`.
   *
   * @param options where it is
   */
  public static of(options: ClusterDnsOptions): ClusterDns {
    const where = 'ClusterDns.of';
    return new ClusterDns(
      serviceHost(options.host, where),
      namespaceName(options.namespace, where),
      selectingLabels(options.podLabels, where),
      portNumber(options.containerPort ?? 53, where, 'containerPort: 53'),
    );
  }

  private constructor(
    /** Host name of the Service. */
    public readonly host: string,
    /** Its namespace. */
    public readonly namespaceName: string,
    /** Labels of its pods. */
    public readonly podLabels: { [key: string]: string },
    /** Port of its pods. */
    public readonly containerPort: number,
  ) {}
}
