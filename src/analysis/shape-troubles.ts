import type { Cluster, Malformed } from '../manifests/cluster';
import { isList, isObject, type Json } from '../manifests/json';
import { type Path, pathText } from '../manifests/path';
import { milliseconds } from '../simulation/routing/duration';
import type { Subject, Trouble } from './rule';

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
      if (found !== kind || shortDuration(valueAt(manifest.body, path))) continue;
      const place = path.length > 0 ? `${pathText(path)}: ` : '';
      yield { object: manifest, path, message: `${place}${message}`, fix: fix(path) };
    }
  }
}

/** Where an API server would refuse an object for a duration below a millisecond. */
export function* shortDurations(cluster: Cluster): Iterable<Pick<Trouble, 'object' | 'path'> & { duration: string }> {
  for (const { manifest, problems } of cluster.malformed) {
    for (const { path, kind } of problems) {
      const duration = kind === 'not-allowed' ? shortDuration(valueAt(manifest.body, path)) : undefined;
      if (duration !== undefined) yield { object: manifest, path, duration };
    }
  }
}

function shortDuration(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || !/^[+-]?(?:[\d.]+(?:ns|us|µs|ms|s|m|h))+$/.test(value)) return undefined;
  return value.startsWith('-') || milliseconds(value) < 1 ? value : undefined;
}

function valueAt(body: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => {
    if (isList(value)) return value[Number(step)];
    return isObject(value) ? value[step] : undefined;
  }, body);
}
