import type { Request } from './request';

/** The headers of a request, as far as anybody says which they are. */
export type KnownHeaders = Pick<Request, 'headers' | 'anyHeaderBut'>;

/** Those of a call: where it states none at all, nobody knows them; `{}` is none. */
export function knownHeaders(call: KnownHeaders): KnownHeaders & { readonly headers: Headers } {
  const { headers, anyHeaderBut } = call;
  return headers === undefined ? UNSTATED : { headers, anyHeaderBut };
}

type Headers = NonNullable<Request['headers']>;

const UNSTATED = { headers: {}, anyHeaderBut: [] };

/** Whether a request may have a header that is not among those that are known. */
export function mayHaveHeader({ headers = {}, anyHeaderBut }: KnownHeaders, name: string): boolean {
  return anyHeaderBut !== undefined && !Object.hasOwn(headers, name) && !anyHeaderBut.includes(name);
}

/** The headers when some, by any case of their names, are taken away: then they are known not to be there. */
export function withoutHeaders({ headers, anyHeaderBut }: KnownHeaders, names: readonly string[]): KnownHeaders {
  const gone = new Set(names.map((name) => name.toLowerCase()));
  return {
    headers: headers && Object.fromEntries(Object.entries(headers).filter(([name]) => !gone.has(name))),
    anyHeaderBut: anyHeaderBut && [...new Set([...anyHeaderBut, ...gone])],
  };
}
