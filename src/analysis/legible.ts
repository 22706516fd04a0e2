import type { Cluster, Malformed } from '../manifests/cluster';
import { isList, isObject, type Json } from '../manifests/json';
import type { Manifest } from '../manifests/manifest';
import { kindOf } from '../manifests/object-index';
import type { Path } from '../manifests/path';
import type { Bodies, Kind } from '../manifests/types';
import { valueAt } from '../manifests/value-at';
import { isShortDuration } from './short-durations';

/**
 * The objects of a kind, and after them those that an API server would refuse for a field that does not exist or for a
 * value: what else they say can be read, and would be wrong too once that is mended. One with a value of a wrong type,
 * or without a field that must be there, is not what its type says: rules that read it would fail, or guess.
 */
export function legible<K extends Kind>(cluster: Cluster, kind: K): readonly Manifest<Bodies[K]>[] {
  const objects = cluster.objects(kind);
  const refused = cluster.malformed.filter(({ manifest }) => kindOf(manifest) === kind).filter(isLegible);
  if (refused.length === 0) return objects;
  // No type is wrong and no field is missing, so a body is what its kind says.
  const read = refused.map(withoutShortDurations) as readonly unknown[] as readonly Manifest<Bodies[K]>[];
  return [...objects, ...read];
}

function isLegible({ problems }: Malformed): boolean {
  return problems.every(({ kind, path: [first] }) => {
    const isOfField = kind === 'unknown-field' || kind === 'not-allowed';
    return isOfField && first !== 'apiVersion' && first !== 'kind';
  });
}

/** Other rules would take them at their word, where Istio takes them for none. */
function withoutShortDurations({ manifest, problems }: Malformed): Manifest {
  const paths = problems.map(({ path }) => path).filter((path) => isShortDuration(valueAt(manifest.body, path)));
  return { ...manifest, body: paths.reduce((body, path) => without(body, path) as typeof body, manifest.body) };
}

function without(value: Json, [step, ...further]: Path): Json {
  if (isList(value)) return value.map((item, index) => (index === step ? without(item, further) : item));
  if (!isObject(value) || step === undefined) return value;
  const { [step]: inside, ...others } = value;
  return further.length > 0 && inside !== undefined ? { ...others, [step]: without(inside, further) } : others;
}
