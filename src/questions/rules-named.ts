import type { Rule } from '../analysis/rule';
import { didYouMean } from '../manifests/words';
import { rules } from './rules';
import { WrongQuestion } from './wrong-question';

/** The word for all of them. */
export const EVERY_CODE = 'codes';

/** The rule of a code; the rules for which another tool has this code. */
export function rulesNamed(word: string): readonly Rule[] {
  const all = rules();
  const isMeant = (code: string) => code.toLowerCase() === word.toLowerCase();
  const found = all.filter(({ code, aliases }) => isMeant(code) || aliases.some(isMeant));
  if (found.length === 0) {
    const names = all.flatMap(({ code, aliases }) => [code, ...aliases]);
    throw new WrongQuestion(
      `nothing here is called '${word}'.${didYouMean(word, names)}`,
      `'grpc-mesh explain ${EVERY_CODE}' lists the findings; gRPC statuses are known too, as UNAVAILABLE or 14.`,
    );
  }
  return found;
}
