import type { Manifest } from '../../manifests/manifest';
import type { Path } from '../../manifests/path';
import { type LabelSelector, type Labels, selects } from '../../manifests/selectors';
import { gatewayNameOf } from '../../simulation/authorization/waypoint';
import { labelsText } from '../labels-text';
import type { Rule, Subject } from '../rule';

export const selectsNothing: Rule = {
  code: 'SelectsNothing',
  severity: 'warning',
  otherwise: { info: 'a construct made the object: others may deploy the pods' },
  summary: 'An object selects pods by labels that no pod of its namespace has',
  aliases: ['IST0127', 'IST0101', 'KIA0004'],
  page: {
    given: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
  template:
    metadata: {labels: {app: payment}}
    spec: {containers: [{name: app, image: payment}]}
`,
    avoid: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payments}}
`,
    prefer: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payment, namespace: shop}
spec:
  selector: {matchLabels: {app: payment}}
`,
    why: `A selector compares the labels of pods, those of the template and not of the Deployment, with regard to case. An
object that selects none does nothing, and what it was to close stays open. Namespaces of which no pods are among the
manifests are not looked at.
istioctl looks at AuthorizationPolicies (IST0127), Sidecars and Telemetries (IST0101), and at no other kind.`,
    unless: 'The pods come from elsewhere, or later.',
    see: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0127/',
      'https://istio.io/latest/docs/reference/config/type/workload-selector/',
    ],
  },
  *check(subject) {
    const { cluster, selection } = subject;
    const groups = new Set(cluster.objects('networking.istio.io/WorkloadGroup').map(({ namespace }) => namespace));
    for (const { object, selector, path } of selectors(subject)) {
      const labels = selector.matchLabels ?? {};
      if (Object.keys(labels).length + (selector.matchExpressions?.length ?? 0) === 0) continue;
      // Machines join a WorkloadGroup when they start.
      if (groups.has(object.namespace)) continue;
      const namespace = object.namespace === cluster.mesh.rootNamespace ? undefined : object.namespace;
      if (selection.by(namespace).length === 0) continue;
      if (selection.by(namespace, labels).some((it) => selects(selector, it.labels) || gatewayNameOf(it))) continue;
      const where = namespace === undefined ? 'the mesh' : `namespace ${namespace}`;
      yield {
        object,
        path,
        message: `No pod of ${where} has the labels ${labelsText(labels) || 'that the selector asks for'}, so this ${object.kind} does nothing.`,
        fix: 'Write the labels of the pods, as they stand in the template of their Deployment.',
        // A construct has its labels from the same place as its pods, or was told that others deploy them.
        ...(object.construct !== undefined && { severity: 'info' as const }),
      };
    }
  },
};

interface Selector {
  readonly object: Manifest<unknown>;
  readonly selector: LabelSelector;
  readonly path: Path;
}

function* selectors({ cluster }: Subject): Iterable<Selector> {
  for (const kind of ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'] as const) {
    for (const object of cluster.objects(`security.istio.io/${kind}`)) {
      yield { object, selector: object.body.spec?.selector ?? {}, path: ['spec', 'selector'] };
    }
  }
  for (const object of cluster.objects('telemetry.istio.io/Telemetry')) {
    yield { object, selector: object.body.spec?.selector ?? {}, path: ['spec', 'selector'] };
  }
  for (const kind of ['Sidecar', 'EnvoyFilter'] as const) {
    for (const object of cluster.objects(`networking.istio.io/${kind}`)) {
      const labels: Labels | undefined = object.body.spec?.workloadSelector?.labels;
      yield { object, selector: { matchLabels: labels }, path: ['spec', 'workloadSelector'] };
    }
  }
  for (const object of cluster.objects('networking.istio.io/DestinationRule')) {
    yield { object, selector: object.body.spec?.workloadSelector ?? {}, path: ['spec', 'workloadSelector'] };
  }
  for (const object of cluster.objects('networking.k8s.io/NetworkPolicy')) {
    yield { object, selector: object.body.spec?.podSelector ?? {}, path: ['spec', 'podSelector'] };
  }
}
