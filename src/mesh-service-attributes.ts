import { trustDomainName } from './mesh/trust-domain';
import { ownIdentity } from './values/identity';
import { selectingLabels } from './values/labels';
import type { MeshPort } from './values/mesh-port';
import { Workload } from './workload';

/** A service of another team or another repository. */
export interface MeshServiceAttributes {
  /** Name of the Service. */
  readonly name: string;

  /** Namespace of the Service. */
  readonly namespaceName: string;

  /**
   * Ports that we call. A peer that only calls us has none.
   *
   * @default - none
   */
  readonly ports?: MeshPort[];

  /**
   * ServiceAccount of its pods: who it is when it calls us.
   *
   * @default - the name of the Service
   */
  readonly serviceAccountName?: string;

  /**
   * Labels of its pods, for the NetworkPolicies on our side.
   *
   * @default - `app: <name>`
   */
  readonly podLabels?: { [key: string]: string };

  /**
   * Trust domain of its mesh.
   *
   * It must be among `meshConfig.trustDomainAliases` of ours, or TLS refuses its certificates.
   *
   * With aliases Istio admits its namesakes too: the same namespace and ServiceAccount in every aliased trust domain.
   *
   * @default - the one of the mesh it talks to
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-td-migration/
   */
  readonly trustDomain?: string;
}

/** The pods of a peer, as far as this side needs to know them. */
export function peerWorkload(attributes: MeshServiceAttributes, where: string): Workload {
  const { name, namespaceName, serviceAccountName, podLabels, trustDomain } = attributes;
  return Workload._peer({
    name,
    namespace: namespaceName,
    labels: podLabels === undefined ? { app: name } : selectingLabels(podLabels, where),
    serviceAccountName: ownIdentity(serviceAccountName ?? name, where, `serviceAccountName: '${name}-identity'`),
    trustDomain: trustDomain === undefined ? undefined : trustDomainName(trustDomain, where),
  });
}
