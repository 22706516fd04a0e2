import type { Labels } from '../manifests/selectors';

/** `app: order, version: v1`: labels as one writes them in YAML. */
export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
}
