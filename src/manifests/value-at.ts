import { isList, isObject, type Json } from './json';
import type { Path } from './path';

/** What stands at a path of a body, if anything does. */
export function valueAt(body: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => {
    if (isList(value)) return value[Number(step)];
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, body);
}
