import type { HttpRoute } from '../../manifests/types';
import type { HeaderChanges, HeaderOperations } from './route-result';

type HeadersSpec = NonNullable<HttpRoute['headers']>;
type ChangesSpec = NonNullable<HeadersSpec['request']>;

/** What a route, or one of its destinations, does to headers. A destination's come on top of its route's. */
export function headerOperations(spec: HeadersSpec | undefined): HeaderOperations | undefined {
  if (!spec?.request && !spec?.response) return undefined;
  return { request: changes(spec.request), response: changes(spec.response) };
}

/**
 * The authority that these operations write: `host` is one of the headers that Envoy cannot set, so Istio rewrites the
 * authority in its place.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/route.go (TranslateHeadersOperations)
 */
export function authorityOf(spec: HeadersSpec | undefined): string | undefined {
  const { set = {}, add = {} } = spec?.request ?? {};
  for (const headers of [set, add]) {
    const found = Object.keys(headers).find((name) => AUTHORITY.has(name.toLowerCase()));
    if (found !== undefined && headers[found] !== '') return headers[found];
  }
  return undefined;
}

const AUTHORITY = new Set([':authority', 'host']);

function changes(spec: ChangesSpec | undefined): HeaderChanges {
  return { set: writable(spec?.set), add: writable(spec?.add), remove: (spec?.remove ?? []).filter(isWritable) };
}

function writable(headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isWritable(name)));
}

function isWritable(name: string): boolean {
  return !name.startsWith(':') && name.toLowerCase() !== 'host';
}
