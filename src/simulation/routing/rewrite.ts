import type { HttpMatch, HttpRoute } from '../../manifests/types';
import { authorityOf } from './header-operations';
import type { HttpRequest } from './http-request';
import { re2 } from './re2';

/**
 * Path and authority as the destination gets them, where a route changes them. A prefix is replaced as text: `/shop`
 * by `/` makes `//list` of `/shop/list`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite
 */
export function rewritten(
  spec: HttpRoute,
  match: HttpMatch | undefined,
  request: HttpRequest,
): { readonly path?: string; readonly authority?: string } | undefined {
  const path = rewrittenPath(spec.rewrite, match, request.path);
  const authority = spec.rewrite?.authority || authorityOf(spec.headers);
  if (path === undefined && !authority) return undefined;
  return { ...(path !== undefined && { path }), ...(authority && { authority }) };
}

function rewrittenPath(rewrite: HttpRoute['rewrite'], match: HttpMatch | undefined, path: string): string | undefined {
  const { match: pattern, rewrite: substitute = '' } = rewrite?.uriRegexRewrite ?? {};
  if (pattern !== undefined) {
    const compiled = re2(pattern, 'g');
    return compiled && path.replace(compiled, substitute.replaceAll('$', '$$$$').replace(/\\(\d)/g, '$$$1'));
  }
  if (!rewrite?.uri) return undefined;
  const { exact, regex, prefix = '/' } = match?.uri ?? {};
  return exact !== undefined || regex !== undefined ? rewrite.uri : `${rewrite.uri}${path.slice(prefix.length)}`;
}
