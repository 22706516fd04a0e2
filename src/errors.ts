import type { IConstruct } from 'constructs';
import { distance } from 'fastest-levenshtein';

/** The four parts of a refusal and its stable code. */
export interface Problem {
  /** A word that never changes its meaning, for programs and searches. */
  readonly code: string;
  /** The construct, the file and line, or the value that was asked. */
  readonly where: IConstruct | string;
  /** What is wrong, in the words of the API that was called, with the value received. */
  readonly what: string;
  /** Why the cluster would not accept it, or what would have happened. */
  readonly why: string;
  /** The line to paste. */
  readonly fix: string;
}

/**
 * Every refusal of this library: what, where, why, the line that fixes it, and a stable `code`.
 *
 * It is thrown at once by the constructor or verb that received the wrong value, so no YAML is written.
 *
 * @jsii ignore
 */
export class MeshError extends Error {
  public readonly code: string;

  public constructor(problem: Problem) {
    super(describe(problem));
    this.name = 'MeshError';
    this.code = problem.code;
  }
}

/** The text of a problem, as `MeshError` and the validations at synth print it. */
export function describe({ code, where, what, why, fix }: Problem): string {
  const place = typeof where === 'string' ? where : placeOf(where);
  const lines = fix.split('\n').map((line) => `    ${line}`);
  return [`${place}: ${what}`, why, ...lines, `[${code}]`].join('\n');
}

/** A construct as our messages name it: `coffee-shop/order (GrpcService)`. */
export function placeOf(construct: IConstruct): string {
  return `${construct.node.path || 'App'} (${construct.constructor.name})`;
}

/** A construct that is about to be born, as our messages name it. */
export function placeOfNew(scope: IConstruct, id: string, kind: string): string {
  return `${[scope.node.path, id].filter((part) => part !== '').join('/')} (${kind})`;
}

/** ` Did you mean 'Charge'?` when one of the candidates is close to the word, otherwise nothing. */
export function didYouMean(word: string, candidates: string[]): string {
  const far = (candidate: string) => distance(word.toLowerCase(), candidate.toLowerCase());
  const [best] = candidates.map((name) => ({ name, distance: far(name) })).sort((a, b) => a.distance - b.distance);
  const near = Math.min(Math.max(2, word.length / 3), word.length / 2);
  return best !== undefined && best.distance <= near ? ` Did you mean '${best.name}'?` : '';
}
