import type { Cluster } from '../manifests/cluster';
import type { Manifest } from '../manifests/manifest';
import type { Path } from '../manifests/path';
import { isIstios } from './istio-annotations';
import { podPath } from './pod-path';

/** One annotation of Istio, on an object or on the pods that it makes. */
export interface WrittenAnnotation {
  readonly object: Manifest<unknown>;
  readonly name: string;
  readonly value: string;
  readonly path: Path;
  /** `Pod`, for those of a template. */
  readonly on: string;
}

export function* istioAnnotationsIn(cluster: Cluster): Iterable<WrittenAnnotation> {
  for (const object of cluster.manifests) {
    yield* those(object, object.annotations, ['metadata', 'annotations'], object.kind);
  }
  for (const workload of cluster.workloads) {
    const path = podPath(workload);
    if (path.length === 0) continue;
    yield* those(workload.manifest, workload.annotations, [...path, 'metadata', 'annotations'], 'Pod');
  }
}

function* those(
  object: Manifest<unknown>,
  annotations: Readonly<Record<string, string>>,
  path: Path,
  on: string,
): Iterable<WrittenAnnotation> {
  for (const name of Object.keys(annotations)) {
    if (isIstios(name)) yield { object, name, value: annotations[name], path: [...path, name], on };
  }
}
