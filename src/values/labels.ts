import { MeshError } from '../errors';

/** What a label can say, if it says something. */
export const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_KEY =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/**
 * A copy of labels that select pods, refused if no pod can have them or if they would select every pod of a namespace.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function selectingLabels(labels: { [key: string]: string }, where: string): { [key: string]: string } {
  const wrong = Object.entries(labels).find(([key, value]) => !isLabel(key, value));
  if (wrong) throw invalidLabel(`${wrong[0]}: ${wrong[1]}`, where);
  if (Object.keys(labels).length > 0) return { ...labels };
  throw new MeshError({
    code: 'NoLabels',
    where,
    what: 'the set of labels is empty.',
    why: 'An empty selector selects every pod, and what was meant for one would hold for all.',
    fix: "{ app: 'order' }",
  });
}

/** Returns `value` if the label `key` can have it, refuses it otherwise. */
export function labelValue(key: string, value: string, where: string): string {
  if (LABEL_VALUE.test(value)) return value;
  throw invalidLabel(`${key}: ${value}`, where);
}

// A selector may ask for an empty value.
function isLabel(key: string, value: string): boolean {
  return LABEL_KEY.test(key) && key.indexOf('/') <= 253 && (value === '' || LABEL_VALUE.test(value));
}

function invalidLabel(label: string, where: string): MeshError {
  return new MeshError({
    code: 'InvalidLabel',
    where,
    what: `'${label}' is not a label.`,
    why: 'Key and value are at most 63 letters, digits, dashes, dots and underscores, with a letter or digit at both ends; a key may have a domain and a slash in front.',
    fix: "{ 'example.com/app': 'order' }",
  });
}
