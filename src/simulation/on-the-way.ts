import type { Call } from './call';
import { type KnownHeaders, knownHeaders, mayHaveHeader, withoutHeaders } from './known-headers';
import type { Destination, HeaderOperations, RouteResult } from './routing/route-result';

/** What a call still is when a route has changed it: policies at the server see no other. */
export type OnTheWay = Omit<Call, 'to' | 'port'> & KnownHeaders;

/**
 * A call as a destination of its route gets it.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#custom-request-response-headers
 */
export function onTheWay(call: OnTheWay, route: RouteResult, destination: Destination): OnTheWay {
  const { rewrite, headers: changes } = route;
  if (!rewrite && !changes && !destination.headers) {
    return call;
  }
  const operations = [destination.headers, changes];
  return {
    ...call,
    ...operations.reduce(changed, knownHeaders(call)),
    ...(operations.some((it) => it && takesToken(it, call.tokenAt)) && { token: 'none' }),
    ...(rewrite?.path !== undefined && { path: rewrite.path }),
    ...(rewrite?.authority !== undefined && { authority: rewrite.authority }),
  };
}

/** Whether the token is in a header that does not arrive as it was sent. */
function takesToken({ request: { remove, set } }: HeaderOperations, at: Call['tokenAt'] = BEARER): boolean {
  return 'header' in at && [...remove, ...Object.keys(set)].some((name) => name.toLowerCase() === at.header);
}

const BEARER = { header: 'authorization', prefix: 'Bearer ' };

function changed(given: KnownHeaders, operations: HeaderOperations | undefined): KnownHeaders {
  if (!operations) {
    return given;
  }
  const { set, add, remove } = operations.request;
  const left = withoutHeaders(given, remove);
  const headers = new Map(Object.entries(left.headers ?? {}));
  for (const [name, value] of Object.entries(set)) {
    headers.set(name.toLowerCase(), value);
  }
  for (const [written, value] of Object.entries(add)) {
    const name = written.toLowerCase();
    const before = headers.get(name);
    // Behind a value that nobody knows stands one that nobody knows.
    if (before === undefined && mayHaveHeader(left, name)) continue;
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return { ...left, headers: Object.fromEntries(headers) };
}
