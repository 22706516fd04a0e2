import type { Manifest } from './manifest';
import type { Namespace } from './namespace';
import type { Container, PodSpec } from './types';

/**
 * How the mesh reaches a pod. `none`: it has no proxy. `unknown`: the object of its namespace, which decides, is not
 * among the manifests.
 */
export type DataPlane = 'sidecar' | 'ambient' | 'gateway' | 'proxyless' | 'none' | 'unknown';

/** Pods of one template: what a Deployment, a bare Pod or a WorkloadEntry runs. */
export interface Workload {
  /** `coffee-shop/order`. Where two kinds share a name, still one workload each. */
  readonly id: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Labels of the pods, as the mesh sees them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** `cluster.local/ns/coffee-shop/sa/order`: as policies write it, without the scheme. */
  readonly principal: string;
  readonly dataPlane: DataPlane;
  readonly containers: readonly Container[];
  readonly spec: PodSpec;
  readonly manifest: Manifest<unknown>;
}

/** Whether a pod gets a proxy, by the labels that the injector reads. */
export function dataPlaneOf(
  namespace: Namespace,
  pod: { labels: Readonly<Record<string, string>>; annotations: Readonly<Record<string, string>>; spec: PodSpec },
): DataPlane {
  const templates = (pod.annotations['inject.istio.io/templates'] ?? '').split(',').map((name) => name.trim());
  if (templates.includes('gateway') || 'gateway.networking.k8s.io/gateway-name' in pod.labels || isRouter(pod.spec)) {
    return 'gateway';
  }
  if (hasProxy(pod.spec)) {
    return 'sidecar';
  }
  const injected = injection(namespace, pod);
  if (injected === 'sidecar' && templates.includes('grpc-agent')) {
    return 'proxyless';
  }
  return injected;
}

function injection(
  namespace: Namespace,
  pod: { labels: Readonly<Record<string, string>>; annotations: Readonly<Record<string, string>>; spec: PodSpec },
): DataPlane {
  if (pod.spec.hostNetwork) {
    return 'none';
  }
  const wish = pod.labels['sidecar.istio.io/inject'] ?? pod.annotations['sidecar.istio.io/inject'];
  if (wish === 'false') {
    return ambient(namespace, pod) ? 'ambient' : 'none';
  }
  const label = namespace.labels['istio-injection'];
  if (label === 'disabled') {
    return 'none';
  }
  if (wish === 'true' || label === 'enabled' || 'istio.io/rev' in namespace.labels) {
    return 'sidecar';
  }
  if (ambient(namespace, pod)) {
    return 'ambient';
  }
  if (!namespace.known) {
    return 'unknown';
  }
  return 'istio.io/rev' in pod.labels ? 'sidecar' : 'none';
}

function ambient(namespace: Namespace, pod: { labels: Readonly<Record<string, string>> }): boolean {
  return (pod.labels['istio.io/dataplane-mode'] ?? namespace.labels['istio.io/dataplane-mode']) === 'ambient';
}

function hasProxy(spec: PodSpec): boolean {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].some(({ name }) => name === 'istio-proxy');
}

function isRouter(spec: PodSpec): boolean {
  return (spec.containers ?? []).some(({ name, args }) => name === 'istio-proxy' && args?.includes('router'));
}
