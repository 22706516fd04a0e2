import { re2FullMatch } from './re2';

/** `exact`, `prefix` or `regex`, as everywhere in Istio's networking API. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

/** A StringMatch, ready to be asked. */
export interface StringMatcher {
  /** Ends a sentence: `is not '/a'`. */
  readonly lacks: string;
  /** `undefined` for an expression that only Envoy can read. */
  readonly test: ((text: string) => boolean) | undefined;
}

/** `undefined` where any value will do: of a header, only that it is there. */
export function stringMatcher(match: StringMatch | undefined, ignoreCase = false): StringMatcher | undefined {
  if (match?.exact !== undefined) {
    const exact = fold(match.exact, ignoreCase);
    return { lacks: `is not '${match.exact}'`, test: (text) => fold(text, ignoreCase) === exact };
  }
  if (match?.prefix !== undefined) {
    const prefix = fold(match.prefix, ignoreCase);
    return {
      lacks: `does not begin with '${match.prefix}'`,
      test: (text) => fold(text, ignoreCase).startsWith(prefix),
    };
  }
  // `*` is no expression of RE2: Istio takes it for "is present" (canBeConvertedToPresentMatch in route.go).
  if (match?.regex !== undefined && match.regex !== '*') {
    return { lacks: `does not match '${match.regex}'`, test: re2FullMatch(match.regex) };
  }
  return undefined;
}

function fold(text: string, ignoreCase: boolean): string {
  return ignoreCase ? text.toLowerCase() : text;
}
