import type { Namespace } from '../../manifests/namespace';
import { type LabelSelector, selects } from '../../manifests/selectors';
import { every, sure, type Trilean } from './trilean';

/** Every namespace has it, whatever its manifest says. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/**
 * Whether a selector takes a namespace. Of one whose object is not among the manifests only its name is known.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name
 */
export function selectsNamespace(selector: LabelSelector, name: string, namespace: Namespace | undefined): Trilean {
  const labels = { ...namespace?.labels, [NAME_LABEL]: name };
  if (namespace?.known) {
    return sure(selects(selector, labels));
  }
  const lines: LabelSelector[] = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ matchLabels: { [key]: value } })),
    ...(selector.matchExpressions ?? []).map((expression) => ({ matchExpressions: [expression] })),
  ];
  return every(lines, (line) => {
    const key = line.matchExpressions?.[0].key ?? Object.keys(line.matchLabels ?? {})[0];
    return Object.hasOwn(labels, key) ? sure(selects(line, labels)) : { missing: `the labels of namespace ${name}` };
  });
}
