import { isList, isObject, type Json, type JsonObject } from './json';
import type { Trouble } from './trouble';
import { described } from './words';

/** One object of a document, and which item it is where the document is a list of objects. */
export interface Found {
  readonly body: JsonObject;
  readonly item?: number;
}

/**
 * The objects in a document: itself, or the items of a list, which for `kubectl` is whatever has `items`.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/v0.35.4/pkg/apis/meta/v1/unstructured/helpers.go
 */
export function objectsIn(document: Json): { readonly found: readonly Found[]; readonly troubles: readonly Trouble[] } {
  if (!isObject(document)) return { found: [], troubles: [noObject(document, [])] };
  const { items, kind, apiVersion } = document;
  if (!isList(items)) {
    if (kind !== 'List' || apiVersion !== 'v1') return { found: [{ body: document }], troubles: [] };
    const message = `a List has its objects in 'items', which is ${described(items ?? null)} here`;
    return { found: [], troubles: [{ code: 'NotAnObject', message, path: ['items'] }] };
  }
  const found: Found[] = [];
  const troubles: Trouble[] = [];
  items.forEach((one, item) => {
    if (isObject(one) && isList(one.items)) troubles.push({ ...LIST_IN_LIST, path: ['items', item] });
    else if (isObject(one)) found.push({ body: typed(one, document), item });
    else troubles.push(noObject(one, ['items', item]));
  });
  return { found, troubles };
}

const LIST_IN_LIST: Trouble = {
  code: 'ListInList',
  message: 'this is a list inside a list',
  fix: 'Put its items into the outer one.',
};

/** The items of a `PodList` need not say that they are Pods. */
function typed(item: JsonObject, { kind, apiVersion }: JsonObject): JsonObject {
  const isUntyped = item.kind === undefined && item.apiVersion === undefined;
  if (!isUntyped || typeof kind !== 'string' || apiVersion === undefined || !/.List$/.test(kind)) return item;
  return { apiVersion, kind: kind.slice(0, -'List'.length), ...item };
}

function noObject(value: Json, path: (string | number)[]): Trouble {
  return {
    code: 'NotAnObject',
    message: `an object of Kubernetes must be here, not ${described(value)}`,
    fix: "Begin with 'apiVersion: …', 'kind: …' and 'metadata: …'.",
    path,
  };
}
