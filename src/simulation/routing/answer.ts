import type { Manifest } from '../../manifests/manifest';
import type { Reason } from '../verdict';
import { UNAVAILABLE } from './grpc-status';
import { NO_RETRIES } from './retries';
import type { RouteResult } from './route-result';

/** What a result says where nothing more is known. */
export function answer(fields: Pick<RouteResult, 'outcome' | 'reasons'> & Partial<RouteResult>): RouteResult {
  return { ...BLANK, ...fields };
}

/** The call ends at the proxy: with an answer of HTTP, or without any. */
export function nowhere(
  reason: Reason,
  grpcStatus: number = UNAVAILABLE,
  fields: Partial<RouteResult> = {},
): RouteResult {
  return answer({ outcome: 'no-route', reasons: [reason], grpcStatus, ...fields });
}

/** Nobody can tell, and these are the facts that would. */
export function undecided(
  missing: readonly string[],
  reasons: readonly Reason[],
  fields: Partial<RouteResult> = {},
): RouteResult {
  return answer({ ...fields, outcome: 'unknown', reasons, missing });
}

export function because(text: string, object?: Manifest<unknown>, path?: readonly (string | number)[]): Reason {
  return { layer: 'route', text, ...(object && { object }), ...(path && { path }) };
}

const BLANK: Omit<RouteResult, 'outcome' | 'reasons'> = {
  skipped: [],
  missing: [],
  destinations: [],
  mirrors: [],
  timeout: 'none',
  retries: NO_RETRIES,
};
