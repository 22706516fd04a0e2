import { isRange } from './authorization/ip-ranges';
import type { Request } from './request';

/**
 * Who a sidecar takes for the client: the last address in `x-forwarded-for`, whoever has written it; `undefined`
 * where there is none, and it is the peer.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-for
 */
export function forwardedFor(headers: NonNullable<Request['headers']>): string | undefined {
  const last = headers[HEADER]?.split(',').at(-1)?.trim() ?? '';
  return last.includes('/') || !isRange(last) ? undefined : last;
}

/** The headers as a gateway passes them on: it adds its peer, and where nobody knows that nobody knows the header. */
export function forwarded(headers: Request['headers'] = {}, peer: string | undefined): Request['headers'] {
  const { [HEADER]: given, ...others } = headers;
  if (peer === undefined) return others;
  return { ...others, [HEADER]: given === undefined ? peer : `${given},${peer}` };
}

const HEADER = 'x-forwarded-for';
