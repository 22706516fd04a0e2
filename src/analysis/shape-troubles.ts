import type { Cluster, Malformed } from '../manifests/cluster';
import { type Path, pathText } from '../manifests/path';
import { valueAt } from '../manifests/value-at';
import type { Subject, Trouble } from './rule';
import { isShortDuration } from './short-durations';

type Problem = Malformed['problems'][number];

/** The problems of one kind in the objects that an API server would refuse. */
export function* shapeTroubles(
  { cluster }: Subject,
  kind: Problem['kind'],
  fix: (path: Path) => string,
): Iterable<Trouble> {
  for (const { manifest, problems } of cluster.malformed) {
    for (const { path, message, kind: found } of problems) {
      // Those have a rule of their own, which says more.
      if (found !== kind || isShortDuration(valueAt(manifest.body, path))) continue;
      const place = path.length > 0 ? `${pathText(path)}: ` : '';
      yield { object: manifest, path, message: `${place}${message}`, fix: fix(path) };
    }
  }
}

/** Where an API server would refuse an object for a duration below a millisecond. */
export function* shortDurations(cluster: Cluster): Iterable<Pick<Trouble, 'object' | 'path'> & { duration: string }> {
  for (const { manifest, problems } of cluster.malformed) {
    for (const { path, kind } of problems) {
      const duration = kind === 'not-allowed' ? valueAt(manifest.body, path) : undefined;
      if (isShortDuration(duration)) yield { object: manifest, path, duration };
    }
  }
}
