import type { Manifest } from './manifest';
import type { Namespace } from './namespace';
import type { ObjectIndex } from './object-index';
import type { PodSpec } from './types';
import { dataPlaneOf, type Workload } from './workload';

/** Every workload: what makes pods, bare pods, and machines outside the cluster that joined the mesh. */
export function workloadsOf(
  objects: ObjectIndex,
  namespaces: ReadonlyMap<string, Namespace>,
  trustDomain: string,
): Workload[] {
  return [...templates(objects)].map(({ manifest, metadata, spec, vm }) => {
    const { namespace, name, kind } = manifest;
    const labels = metadata?.labels ?? {};
    const annotations = metadata?.annotations ?? {};
    const serviceAccount = spec.serviceAccountName || spec.serviceAccount || 'default';
    const place = namespaces.get(namespace) ?? { name: namespace, known: false, labels: {}, annotations: {} };
    return {
      id: `${namespace}/${name}`,
      kind,
      namespace,
      name,
      labels,
      annotations,
      serviceAccount,
      principal: `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`,
      dataPlane: vm ? 'sidecar' : dataPlaneOf(place, { labels, annotations, spec }),
      containers: spec.containers ?? [],
      spec,
      manifest,
    };
  });
}

interface Template {
  readonly manifest: Manifest<unknown>;
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly spec: PodSpec;
  readonly vm?: boolean;
}

const NO_PODS: PodSpec = { containers: [] };

function* templates(objects: ObjectIndex): Iterable<Template> {
  for (const kind of ['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet'] as const) {
    for (const manifest of objects.of(kind)) {
      const { template }: { template?: { metadata?: Template['metadata']; spec?: PodSpec } } = manifest.body.spec ?? {};
      yield plain(manifest, template?.metadata, template?.spec);
    }
  }
  for (const manifest of objects.of('batch/Job')) {
    const template = manifest.body.spec?.template;
    yield plain(manifest, template?.metadata, template?.spec);
  }
  for (const manifest of objects.of('batch/CronJob')) {
    const template = manifest.body.spec?.jobTemplate?.spec?.template;
    yield plain(manifest, template?.metadata, template?.spec);
  }
  for (const manifest of objects.of('Pod')) {
    if (!manifest.body.metadata?.ownerReferences?.length) {
      yield plain(manifest, manifest.body.metadata, manifest.body.spec);
    }
  }
  for (const manifest of objects.of('networking.istio.io/WorkloadEntry')) {
    const { labels, serviceAccount } = manifest.body.spec ?? {};
    yield { ...plain(manifest, { labels }, { ...NO_PODS, serviceAccountName: serviceAccount }), vm: true };
  }
}

function plain(manifest: Manifest<unknown>, metadata?: Template['metadata'], spec: PodSpec = NO_PODS): Template {
  return { manifest, metadata, spec };
}
