// A path of ours: `/pkg.Service/Method` or `/login` is exact, `/static/` means everything below.

/** As an AuthorizationPolicy has it, where a trailing * is a prefix. */
export function policyPath(path: string): string {
  return path.endsWith('/') ? `${path}*` : path;
}

/** As a VirtualService has it. The prefix keeps its slash: without it `/pkg.User` would also match `/pkg.UserAdmin`. */
export function uriMatch(path: string): { exact: string } | { prefix: string } {
  return path.endsWith('/') ? { prefix: path } : { exact: path };
}
