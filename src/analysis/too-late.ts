import { oldestFirst } from '../manifests/age';
import type { Manifest } from '../manifests/manifest';
import type { Labels } from '../manifests/selectors';
import type { Workload } from '../manifests/workload';
import type { Selection } from './selection';

/** An object for pods that have an older one of its kind, which alone counts. */
export interface TooLate<Body> {
  readonly object: Manifest<Body>;
  readonly first: Manifest<Body>;
  /** For what both are: `shop/order`, or `namespace shop`. */
  readonly scope: string;
}

/**
 * Of objects of a kind all but the oldest for the same pods, or for the same namespace. `labelsOf` says what one
 * selects, and nothing of one for its whole namespace.
 */
export function* tooLate<Body>(
  objects: readonly Manifest<Body>[],
  labelsOf: (body: Body) => Labels | undefined,
  selection: Selection,
): Iterable<TooLate<Body>> {
  const wide = new Map<string, Manifest<Body>>();
  const narrow = new Map<Workload, Manifest<Body>>();
  for (const object of oldestFirst(objects)) {
    const { namespace, body } = object;
    const labels = labelsOf(body);
    const selected = labels ? selection.by(namespace, labels) : [];
    const shared = selected.find((it) => narrow.has(it));
    const first = labels ? shared && narrow.get(shared) : wide.get(namespace);
    for (const workload of selected) if (!narrow.has(workload)) narrow.set(workload, object);
    if (!labels && !first) wide.set(namespace, object);
    if (first) yield { object, first, scope: shared?.id ?? `namespace ${namespace}` };
  }
}

/** What a selector selects by; nothing, if it is empty: the object is for its whole namespace then. */
export function labelsIn(selector: { readonly matchLabels?: Labels } | undefined): Labels | undefined {
  const { matchLabels } = selector ?? {};
  return matchLabels && Object.keys(matchLabels).length > 0 ? matchLabels : undefined;
}
