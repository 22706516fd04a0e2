import { distance } from 'fastest-levenshtein';
import { isObject, type Json } from './json';

/** ` Did you mean 'rules'?` when one of the candidates is close to the word, otherwise nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const name = nearest(word, candidates);
  return name === undefined ? '' : ` Did you mean '${name}'?`;
}

/** The candidate that somebody may have meant who wrote the word, if one is close to it. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const near = Math.min(Math.max(2, word.length / 3), word.length / 2);
  const far = (candidate: string) => distance(word.toLowerCase(), candidate.toLowerCase());
  const [best] = candidates.map((name) => ({ name, far: far(name) })).sort((a, b) => a.far - b.far);
  return best !== undefined && best.far <= near ? best.name : undefined;
}

/** `'a', 'b' or 'c'`. */
export function listed(names: readonly (string | number)[], conjunction: 'and' | 'or'): string {
  const quoted = names.map((name) => (typeof name === 'string' ? `'${name}'` : String(name)));
  const [last, ...others] = quoted.reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} ${conjunction} ${last}`;
}

/** A value in a message: what it is and, where it is short, its text. */
export function described(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  if (typeof value !== 'string') return `the ${typeof value} ${value}`;
  return value.length > 60 ? `the string '${value.slice(0, 57)}…'` : `the string '${value}'`;
}
