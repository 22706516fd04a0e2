import type { Path } from '../manifests/path';
import type { Workload } from '../manifests/workload';

/** Where in the object of a workload its pods are described: what stands before `metadata` and `spec`. */
export function podPath({ kind }: Workload): Path {
  if (kind === 'Pod' || kind === 'WorkloadEntry') return [];
  return kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
}
