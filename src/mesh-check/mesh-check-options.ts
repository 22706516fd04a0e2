/** What a check takes for granted where the manifests do not say it. */
export interface MeshCheckOptions {
  /**
   * Files to read as well: what the platform brings along, as the pods of the gateway.
   *
   * @default - nothing but what the app writes
   */
  readonly otherFiles?: string[];
  /**
   * Namespaces that are injected with sidecars, but whose Namespace object is not among the manifests. `*` for all.
   *
   * @default - what depends on such a namespace is unknown, and unknown is never a yes
   */
  readonly injected?: string[];
  /**
   * The namespace whose policies hold for the whole mesh.
   *
   * @default - as the ConfigMap `istio` says if it is among the manifests, otherwise `istio-system`
   */
  readonly rootNamespace?: string;
  /**
   * The trust domain of the mesh.
   *
   * @default - as the ConfigMap `istio` says if it is among the manifests, otherwise `cluster.local`
   */
  readonly trustDomain?: string;
}
