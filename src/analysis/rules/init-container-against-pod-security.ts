import type { Rule } from '../rule';

export const initContainerAgainstPodSecurity: Rule = {
  code: 'InitContainerAgainstPodSecurity',
  severity: 'warning',
  summary: 'A namespace enforces a pod security level that refuses the init container of Istio',
  aliases: [],
  page: {
    avoid: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled, pod-security.kubernetes.io/enforce: restricted}}
`,
    prefer: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
    pod-security.kubernetes.io/audit: restricted
    pod-security.kubernetes.io/warn: restricted
`,
    why: `Without the CNI plugin of Istio each pod gets an init container that sets up the redirection to its sidecar, and
asks for NET_ADMIN and NET_RAW. The levels baseline and restricted allow neither, and the API server refuses the pods.`,
    unless: `Istio's CNI plugin is installed. It is silent where the plugin is among the manifests, and about namespaces of
our constructs, which enforce restricted only with Mesh.istio({cni: true}).`,
    see: [
      'https://istio.io/latest/docs/setup/additional-setup/pod-security-admission/',
      'https://istio.io/latest/docs/setup/additional-setup/cni/',
      'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
    ],
  },
  *check({ cluster }) {
    if (cluster.objects('apps/DaemonSet').some(({ name }) => name.startsWith('istio-cni'))) return;
    for (const object of cluster.objects('Namespace')) {
      // Our constructs enforce a level only where the mesh says that it has the plugin.
      if (object.construct !== undefined) continue;
      const { labels } = object;
      const level = labels['pod-security.kubernetes.io/enforce'];
      const injected = labels['istio-injection'] === 'enabled' || 'istio.io/rev' in labels;
      if (!injected || (level !== 'restricted' && level !== 'baseline')) continue;
      yield {
        object,
        path: ['metadata', 'labels', 'pod-security.kubernetes.io/enforce'],
        message: `The level '${level}' refuses the NET_ADMIN of Istio's init container: without Istio's CNI plugin no pod of ${object.name} comes up.`,
        fix: 'pod-security.kubernetes.io/warn: restricted   # or install the CNI plugin',
      };
    }
  },
};
