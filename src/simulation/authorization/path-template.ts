import { quoted, type StringTest } from './string-match';

const LITERAL = "a-zA-Z0-9\\-._~%!$&'()+,;:@=";

/** Whether a path of a policy is read as a template. */
export function isPathTemplate(path: string): boolean {
  return path.includes('{*}') || path.includes('{**}');
}

/**
 * `{*}` is one segment, `{**}` any number of them, or none: `/a/{**}` takes `/a/`, but not `/a`.
 *
 * @see https://github.com/envoyproxy/envoy/blob/main/source/extensions/path/uri_template_lib/uri_template_internal.cc
 */
export function pathTemplate(path: string): StringTest {
  const segments = path.split('/').map((segment) => {
    if (segment === '{*}') return `[${LITERAL}]+`;
    if (segment === '{**}') return `[${LITERAL}/]*`;
    return quoted(segment);
  });
  const pattern = new RegExp(`^${segments.join('/')}$`);
  return (text) => pattern.test(text);
}

/** What is wrong with a path of a policy, as Istio's webhook sees it. */
export function pathProblem(path: string): string | undefined {
  let rest = false;
  for (const segment of path.replaceAll(/^\/+|\/+$/g, '').split('/')) {
    if (segment === '{*}' || segment === '{**}') {
      if (rest) return `'${path}' goes on after {**}`;
      rest = segment === '{**}';
    } else if (/[{}]/.test(segment)) {
      return `'${path}' has braces that are no {*} and no {**}`;
    } else if (isPathTemplate(path) && !new RegExp(`^[${LITERAL}]+$`).test(segment)) {
      return `'${path}' is a template, and '${segment}' in it cannot be matched literally`;
    }
  }
  return undefined;
}
