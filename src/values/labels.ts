import { MeshError } from '../errors';

/** A copy of labels that select pods, refused if they would select every pod of a namespace. */
export function selectingLabels(labels: { [key: string]: string }, where: string): { [key: string]: string } {
  if (Object.keys(labels).length > 0) return { ...labels };
  throw new MeshError({
    code: 'NoLabels',
    where,
    what: 'the set of labels is empty.',
    why: 'An empty selector selects every pod, and what was meant for one would hold for all.',
    fix: "{ app: 'order' }",
  });
}
