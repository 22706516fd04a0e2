import type { Request } from '../request';
import { normalizedPath, type PathNormalization } from './path-normalization';

/** A request as the matchers of a proxy see it, worked out once for all rules. */
export interface Facts {
  readonly request: Request;
  /** Normalized, and without query and fragment. */
  readonly path: string | undefined;
  /** In lower case. */
  readonly authority: string | undefined;
}

export function factsOf(request: Request, normalization: PathNormalization): Facts {
  return {
    request,
    path: request.path === undefined ? undefined : normalizedPath(request.path, normalization),
    authority: request.authority?.toLowerCase(),
  };
}
