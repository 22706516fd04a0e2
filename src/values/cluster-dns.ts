import { selectingLabels } from './labels';

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

/** The one thing outside the mesh that every pod may ask. */
export class ClusterDns {
  /** CoreDNS or kube-dns as nearly every cluster has it: pods `k8s-app: kube-dns` in `kube-system`. */
  public static kubeDns(clusterDomain: string = 'cluster.local'): ClusterDns {
    return ClusterDns.of({
      host: `kube-dns.kube-system.svc.${clusterDomain}`,
      namespace: 'kube-system',
      podLabels: { 'k8s-app': 'kube-dns' },
    });
  }

  /** Any other one. */
  public static of(options: ClusterDnsOptions): ClusterDns {
    const podLabels = selectingLabels(options.podLabels, 'ClusterDns.of');
    return new ClusterDns(options.host, options.namespace, podLabels, options.containerPort ?? 53);
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
