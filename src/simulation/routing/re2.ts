/**
 * An expression of RE2, Envoy's language, in that of JavaScript; `undefined` where the two differ too much to say what
 * it matches.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function re2(pattern: string, flags = ''): RegExp | undefined {
  const [, letters = '', rest] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? [];
  // RE2 has no look-around and no back references; JavaScript has no \A, \C, \Q, \z, flags inside a group or nested
  // classes. The webhook of istiod refuses the former, so that no proxy ever reads them.
  if (rest === undefined || STRANGE.test(rest) || pattern === '') return undefined;
  const translated = rest
    .replaceAll('(?P<', '(?<')
    .replace(/\[:(\^?)(\w+):\]/g, (whole, negated, name) => (negated ? whole : (POSIX[name] ?? whole)));
  if (translated.includes('[:')) return undefined;
  try {
    return new RegExp(translated, [...new Set(`${letters}${flags}`)].join(''));
  } catch {
    return undefined;
  }
}

/** Whether the whole of a text matches, which is what Envoy asks. */
export function re2FullMatch(pattern: string): ((text: string) => boolean) | undefined {
  // The flags at the front must stay there.
  const [, front = '', rest = ''] = /^(\(\?[ims]+\))?(.*)$/s.exec(pattern) ?? [];
  if (!re2(pattern)) return undefined;
  const compiled = re2(`${front}^(?:${rest})$`);
  return compiled && ((text) => compiled.test(text));
}

const STRANGE = /\(\?(?:[=!]|<[=!]|[imsU-]+[:)])|\\(?:[1-9kACQEzpP]|x\{)/;

const POSIX: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\s',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};
