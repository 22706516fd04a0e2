/** A host as routes look it up: without the port, in lower case, without the dot of a full name. */
export function bareHost(authority: string): string {
  return authority.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();
}
