import type { Manifest } from './manifest';
import { kindsIn, type ShapeProblem } from './shape';
import type { Kind } from './types';
import { nearest } from './words';

/** An object that an API server would refuse: it is in no index, and an answer it could have changed is `unknown`. */
export interface Malformed {
  readonly manifest: Manifest;
  readonly problems: readonly ShapeProblem[];
}

/** Whether it is one of a kind, or may be meant as one: what is misspelt may be its `apiVersion` or its `kind`. */
export function mayBe(kind: Kind, { manifest, problems }: Malformed): boolean {
  const [name, group = ''] = kind.split('/').reverse();
  const isWrong = (field: string) => problems.some(({ path }) => path[0] === field);
  if (manifest.kind === name) return manifest.group === group || isWrong('apiVersion');
  if (manifest.group !== group || !isWrong('kind')) return false;
  const near = nearest(manifest.kind, kindsIn(group));
  return near === undefined || near === name;
}
