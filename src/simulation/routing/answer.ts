import type { Manifest } from '../../manifests/manifest';
import type { Reason } from '../verdict';
import { UNAVAILABLE } from './grpc-status';
import { NO_RETRIES } from './retries';
import type { RouteResult } from './route-result';

/** What a result says where nothing more is known. */
export function answer(fields: Pick<RouteResult, 'outcome' | 'reasons'> & Partial<RouteResult>): RouteResult {
  return changed(BLANK, fields);
}

/** A result with some fields changed. All have the same fields, and are made without a spread: there are millions. */
export function changed(result: RouteResult, fields: Partial<RouteResult>): RouteResult {
  return {
    outcome: fields.outcome ?? result.outcome,
    reasons: fields.reasons ?? result.reasons,
    skipped: fields.skipped ?? result.skipped,
    missing: fields.missing ?? result.missing,
    server: fields.server ?? result.server,
    virtualService: fields.virtualService ?? result.virtualService,
    rule: fields.rule ?? result.rule,
    destinations: fields.destinations ?? result.destinations,
    mirrors: fields.mirrors ?? result.mirrors,
    timeout: fields.timeout ?? result.timeout,
    retries: fields.retries ?? result.retries,
    fault: fields.fault ?? result.fault,
    cors: fields.cors ?? result.cors,
    preflight: fields.preflight ?? result.preflight,
    headers: fields.headers ?? result.headers,
    rewrite: fields.rewrite ?? result.rewrite,
    httpStatus: fields.httpStatus ?? result.httpStatus,
    grpcStatus: fields.grpcStatus ?? result.grpcStatus,
  } satisfies Record<keyof Required<RouteResult>, unknown>;
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

const BLANK: RouteResult = {
  outcome: 'unknown',
  reasons: [],
  skipped: [],
  missing: [],
  destinations: [],
  mirrors: [],
  timeout: 'none',
  retries: NO_RETRIES,
};
