import type { MeshSettings } from '../../manifests/mesh-settings';

export type PathNormalization = MeshSettings['pathNormalization'];

/** Nothing in such a path is changed by any normalization. */
const NORMAL = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9\-._~!$&'()*+,;:=@[\]]+)+\/?$/;

/**
 * The path as policies see it: without query and fragment, and normalized as the mesh says.
 *
 * Envoy refuses a path with a fragment, a zero byte or a byte that is not ASCII before any policy is asked.
 *
 * @see https://istio.io/latest/docs/reference/config/security/normalization/
 * @see https://github.com/google/googleurl/blob/main/url/url_canon_path.cc, with which Envoy does it
 */
export function normalizedPath(path: string, normalization: PathNormalization): string {
  const end = path.search(/[?#]/);
  const bare = end === -1 ? path : path.slice(0, end);
  if (normalization === 'NONE' || NORMAL.test(bare)) return bare;
  const unescaped = normalization === 'DECODE_AND_MERGE_SLASHES' ? slashesDecoded(bare) : bare;
  const canonical = withoutDots(charactersDecoded(unescaped.replaceAll('\\', '/')));
  return normalization === 'BASE' ? canonical : canonical.replaceAll(/\/{2,}/g, '/');
}

function slashesDecoded(path: string): string {
  return path.replaceAll(/%2f/gi, '/').replaceAll(/%5c/gi, '\\');
}

/** What needs no escape loses it, what does gets one; all other escapes stay as they are written, in their case. */
function charactersDecoded(path: string): string {
  return path
    .replaceAll(/%([0-9a-fA-F]{2})/g, (written, code: string) => {
      const character = String.fromCharCode(Number.parseInt(code, 16));
      return /[A-Za-z0-9\-._~]/.test(character) ? character : written;
    })
    .replaceAll(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: Envoy escapes them
      /[\u0001-\u0020"<>^`{|}\u007f]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    );
}

function withoutDots(path: string): string {
  const segments: string[] = [];
  const [first, ...rest] = path.split('/');
  rest.forEach((segment, index) => {
    if (segment === '..') segments.pop();
    if (segment !== '.' && segment !== '..') segments.push(segment);
    else if (index === rest.length - 1) segments.push('');
  });
  return [first, ...segments].join('/');
}
