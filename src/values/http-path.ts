import { MeshError } from '../errors';

/** Returns `path` if it can be allowed and routed: `/login` is exact, `/static/` means everything below. */
export function httpPath(path: string, where: string): string {
  if (/^\/[A-Za-z0-9\-._~%!$&'()+,;:@=/]*$/.test(path) && !/\/(\.{0,2}\/|\.{1,2}$)/.test(path)) return path;
  throw new MeshError({
    code: 'InvalidPath',
    where,
    what: `'${path}' is not a path.`,
    why: 'Paths start with a slash and have no wildcards, query, empty parts, `.` or `..`; a trailing slash means everything below.',
    fix: "['/login', '/static/']",
  });
}
