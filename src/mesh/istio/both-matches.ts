import type { HttpMatch } from './types';

type StringMatch = NonNullable<HttpMatch['uri']>;
type Headers = NonNullable<HttpMatch['headers']>;

/**
 * What takes exactly the calls that both of these take; undefined if there are none, or if one match cannot say it.
 */
export function bothMatches(a: HttpMatch, b: HttpMatch): HttpMatch | undefined {
  const uri = both(a.uri, b.uri, bothStrings);
  const port = both(a.port, b.port, same);
  const headers = both(a.headers, b.headers, bothHeaders);
  const withoutHeaders = both(a.withoutHeaders, b.withoutHeaders, (x, y) => ({ ...x, ...y }));
  const sourceNamespace = both(a.sourceNamespace, b.sourceNamespace, same);
  const sourceLabels = both(a.sourceLabels, b.sourceLabels, bothLabels);
  const parts = { uri, port, headers, withoutHeaders, sourceNamespace, sourceLabels };
  if (Object.values(parts).includes(NEVER) || contradictory(headers, withoutHeaders)) return undefined;
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as HttpMatch;
}

const NEVER = 'never';

function both<T>(a: T | undefined, b: T | undefined, meet: (a: T, b: T) => T | typeof NEVER) {
  return a === undefined || b === undefined ? (a ?? b) : meet(a, b);
}

function same<T>(a: T, b: T): T | typeof NEVER {
  return a === b ? a : NEVER;
}

function bothStrings(a: StringMatch, b: StringMatch): StringMatch | typeof NEVER {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  if (a.exact !== undefined) return takes(b, a.exact) ? a : NEVER;
  if (b.exact !== undefined) return takes(a, b.exact) ? b : NEVER;
  if (isPresence(a)) return b;
  if (isPresence(b)) return a;
  if (a.prefix === undefined || b.prefix === undefined) return NEVER;
  if (a.prefix.startsWith(b.prefix)) return a;
  return b.prefix.startsWith(a.prefix) ? b : NEVER;
}

function bothHeaders(a: Headers, b: Headers): Headers | typeof NEVER {
  const headers: Headers = { ...a };
  for (const [key, match] of Object.entries(b)) {
    const met = both(headers[key], match, bothStrings);
    if (met === NEVER || met === undefined) return NEVER;
    headers[key] = met as StringMatch;
  }
  return headers;
}

function bothLabels(a: Record<string, string>, b: Record<string, string>): Record<string, string> | typeof NEVER {
  return Object.entries(b).some(([key, value]) => (a[key] ?? value) !== value) ? NEVER : { ...a, ...b };
}

// What is excluded by its presence is always excluded; other exclusions do not come from us.
function contradictory(headers: Headers | typeof NEVER | undefined, without: Headers | typeof NEVER | undefined) {
  if (headers === undefined || without === undefined || headers === NEVER || without === NEVER) return false;
  return Object.keys(without).some((key) => key in headers);
}

function takes({ exact, prefix, regex }: StringMatch, value: string): boolean {
  if (exact !== undefined) return value === exact;
  if (prefix !== undefined) return value.startsWith(prefix);
  return regex === undefined || new RegExp(`^(?:${regex})$`).test(value);
}

function isPresence({ exact, prefix, regex }: StringMatch): boolean {
  return exact === undefined && prefix === undefined && regex === undefined;
}
