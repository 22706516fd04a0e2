import { isObject, type Json } from '../manifests/json';
import type { Sent } from '../simulation/call';
import { WrongQuestion } from './wrong-question';

/** What a call carries, as options of a command say it. */
export interface SentWords {
  /** `name=value`, or `name: value`. */
  readonly header?: readonly string[];
  /** `iss=https://issuer.example`; `realm_access[roles]=admin` for a claim within another, as policies write it. */
  readonly claim?: readonly string[];
  /** `false`: there is none. */
  readonly token?: boolean;
}

/** The headers of a call, and the claims of a token that validates; what nobody says of the token is not known. */
export function sentIn({ header = [], claim = [], token = true }: SentWords): Sent {
  if (!token && claim.length > 0) {
    throw new WrongQuestion('a call without a token has no claims', 'Leave out --no-token or --claim.');
  }
  return {
    ...(header.length > 0 && { headers: headersIn(header) }),
    ...(claim.length > 0 && { token: { claims: claimsIn(claim) } }),
    ...(!token && { token: 'none' as const }),
  };
}

/** What a call carries, as a test says it. */
export interface SentFacts {
  /** By any case of their names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly withoutToken?: boolean;
}

/** The same of what a test says. */
export function sentBy({ headers, claims, withoutToken = false }: SentFacts): Sent {
  if (withoutToken && claims !== undefined) {
    throw new WrongQuestion('a call without a token has no claims', 'Leave out withoutToken or claims.');
  }
  if (claims !== undefined && !isObject(claims)) {
    throw new WrongQuestion('claims are no object', "Write { claims: { iss: 'https://issuer.example' } }.");
  }
  const named = Object.entries(headers ?? {}).map(([name, value]) => {
    if (typeof value !== 'string') {
      throw new WrongQuestion(`the value of header '${name}' is no string`, "Write { headers: { name: 'value' } }.");
    }
    return [name.toLowerCase(), value];
  });
  return {
    ...(headers && { headers: Object.fromEntries(named) }),
    // As it would be in a token.
    ...(claims && { token: { claims: JSON.parse(JSON.stringify(claims)) } }),
    ...(withoutToken && { token: 'none' as const }),
  };
}

function headersIn(words: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = /^([^=:\s]+)[=:]\s*(.*)$/s.exec(word) ?? [];
    if (name === undefined) {
      throw new WrongQuestion(`'${word}' is no header`, 'Write --header name=value.');
    }
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(headers);
}

type Claims = Map<string, string | string[] | Claims>;

/** Of one name, several values are a list, as `groups` is one. */
function claimsIn(words: readonly string[]): Readonly<Record<string, Json>> {
  const claims: Claims = new Map();
  for (const word of words) {
    const [, first, nested = '', value] = /^([^=[\]]+)((?:\[[^[\]]+\])*)=(.*)$/s.exec(word) ?? [];
    if (first === undefined) {
      throw new WrongQuestion(`'${word}' is no claim`, 'Write --claim name=value, --claim outer[inner]=value.');
    }
    const path = [first, ...[...nested.matchAll(/\[([^\]]+)\]/g)].map(([, step]) => step)];
    const name = path.pop() as string;
    const place = path.reduce((outer, step) => inner(outer, step, word), claims);
    const before = place.get(name);
    if (before instanceof Map) {
      throw contradiction(word);
    }
    place.set(name, before === undefined ? value : [before, value].flat());
  }
  return plain(claims);
}

function inner(outer: Claims, step: string, word: string): Claims {
  const found = outer.get(step) ?? new Map();
  if (!(found instanceof Map)) {
    throw contradiction(word);
  }
  outer.set(step, found);
  return found;
}

function contradiction(word: string): WrongQuestion {
  return new WrongQuestion(`--claim ${word}: another --claim says that this is a value, or that it has more in it`);
}

function plain(claims: Claims): Readonly<Record<string, Json>> {
  return Object.fromEntries([...claims].map(([name, value]) => [name, value instanceof Map ? plain(value) : value]));
}
