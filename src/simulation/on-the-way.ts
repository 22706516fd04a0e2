import type { Call } from './call';
import type { Destination, HeaderOperations, RouteResult } from './routing/route-result';

/** What a call still is when a route has changed it: policies at the server see no other. */
export type OnTheWay = Omit<Call, 'to' | 'port'>;

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
    headers: operations.reduce(changed, call.headers ?? {}),
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

function changed(
  given: Readonly<Record<string, string>>,
  operations: HeaderOperations | undefined,
): Readonly<Record<string, string>> {
  if (!operations) {
    return given;
  }
  const { set, add, remove } = operations.request;
  const headers = new Map(Object.entries(given));
  for (const name of remove) {
    headers.delete(name.toLowerCase());
  }
  for (const [name, value] of Object.entries(set)) {
    headers.set(name.toLowerCase(), value);
  }
  for (const [name, value] of Object.entries(add)) {
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(headers);
}
