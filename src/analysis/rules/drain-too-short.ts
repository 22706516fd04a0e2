import { milliseconds } from '../../simulation/routing/duration';
import { podPath } from '../pod-path';
import type { Rule } from '../rule';

export const drainTooShort: Rule = {
  code: 'DrainTooShort',
  severity: 'warning',
  summary: 'Pods are killed before their proxy has drained, or before they have begun to stop',
  aliases: [],
  page: {
    given: `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`,
    avoid: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}, annotations: {proxy.istio.io/config: "{terminationDrainDuration: 60s}"}}
    spec: {containers: [{name: app, image: menu}]}
`,
    prefer: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: shop}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}, annotations: {proxy.istio.io/config: "{terminationDrainDuration: 60s}"}}
    spec: {terminationGracePeriodSeconds: 75, containers: [{name: app, image: menu}]}
`,
    why: `When a pod stops, its proxy lets calls under way finish for terminationDrainDuration, 5 s if nobody says other, and
Kubernetes kills all after terminationGracePeriodSeconds, 30 s if nobody says other. Where the second is the shorter,
calls are cut: clients see status 14 at every rollout.`,
    unless: 'All calls are over long before.',
    see: [
      'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig',
      'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
    ],
  },
  *check({ cluster }) {
    for (const workload of cluster.workloads) {
      if (workload.dataPlane !== 'sidecar' && workload.dataPlane !== 'gateway') continue;
      const config = workload.annotations['proxy.istio.io/config'] ?? '';
      const [, drain] = /terminationDrainDuration["']?\s*:\s*["']?(\w+)/.exec(config) ?? [];
      const seconds = drain === undefined ? 0 : milliseconds(drain) / 1000;
      const sleep = Math.max(0, ...workload.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0));
      const grace = workload.spec.terminationGracePeriodSeconds ?? 30;
      const isCut = seconds > grace;
      if (!isCut && sleep < grace) continue;
      const stated = workload.spec.terminationGracePeriodSeconds !== undefined;
      yield {
        object: workload.manifest,
        path: [...podPath(workload), 'spec', ...(stated ? ['terminationGracePeriodSeconds'] : [])],
        message: isCut
          ? `The proxy drains for ${seconds}s, and the pod is killed after ${grace}s: calls under way are cut.`
          : `preStop sleeps ${sleep}s, and the pod is killed after ${grace}s: the container is never told to stop.`,
        fix: `terminationGracePeriodSeconds: ${Math.max(seconds, sleep) + 15}`,
      };
    }
  },
};
