// Hosts as Istio compares them. A wildcard is a host that begins with `*`, and stands for any text there: `*.foo.com`
// for `a.b.foo.com` too, but not for `foo.com`.
// See https://github.com/istio/istio/blob/1.31.1/pkg/config/host/name.go

export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Whether two hosts overlap: they are one, or one is a wildcard that covers the other. */
export function hostsMatch(a: string, b: string): boolean {
  return isSubsetOf(a, b) || isSubsetOf(b, a);
}

/** Whether everything that `host` stands for, `other` stands for too. */
export function isSubsetOf(host: string, other: string): boolean {
  if (!isWildcard(other)) {
    return host === other;
  }
  const suffix = other.slice(1);
  return isWildcard(host) ? host.length >= other.length && host.endsWith(suffix) : host.endsWith(suffix);
}

/** Sorts the most specific first: wildcards last, the longer before the shorter, then by the alphabet. */
export function bySpecificity(a: string, b: string): number {
  return Number(isWildcard(a)) - Number(isWildcard(b)) || b.length - a.length || (a < b ? -1 : a > b ? 1 : 0);
}
