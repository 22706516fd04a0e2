/** One value of a policy, as a test. */
export type StringTest = (text: string) => boolean;

/**
 * One value in Istio's form: `*` is any text but the empty one, `*x` a suffix, `x*` a prefix, all else the text itself.
 * Only a star at the front is looked at, then one at the end; further stars are plain characters.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/matcher/string.go (StringMatcherWithPrefix)
 */
export function stringMatch(value: string): StringTest {
  if (value === '*') return (text) => text !== '';
  if (value.startsWith('*')) {
    const suffix = value.slice(1);
    return (text) => text.endsWith(suffix);
  }
  if (value.endsWith('*')) {
    const prefix = value.slice(0, -1);
    return (text) => text.startsWith(prefix);
  }
  return (text) => text === value;
}

/** Any of some values; those without a star cost one look-up together. */
export function anyString(values: readonly string[]): StringTest {
  const exact = new Set(values.filter((value) => !value.startsWith('*') && !value.endsWith('*')));
  const others = values.filter((value) => !exact.has(value)).map(stringMatch);
  if (others.length === 0) return (text) => exact.has(text);
  return (text) => exact.has(text) || others.some((matches) => matches(text));
}

/**
 * Any of some values of a header, where `*` asks only whether it is there: an empty one is.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/security/authz/matcher/header.go (HeaderMatcher)
 */
export function anyHeader(values: readonly string[]): (header: string | undefined) => boolean {
  const matches = anyString(values);
  const present = values.includes('*');
  return (header) => header !== undefined && (present || matches(header));
}

/** The characters of a text, where a regular expression reads them. */
export function quoted(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
