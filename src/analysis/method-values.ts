/** Methods that HTTP has: those of RFC 9110, and PATCH of RFC 5789. */
const OF_HTTP = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/**
 * What somebody meant who wrote this as the method of a policy: one of HTTP in small letters, or the name of an RPC.
 * `undefined` where it is neither: as it should be, a star, or a method of somebody's own invention in capitals.
 */
export function meantByMethod(value: string): 'http' | 'rpc' | undefined {
  if (/[/.]/.test(value)) return 'rpc';
  if (value === value.toUpperCase()) return undefined;
  return OF_HTTP.some((method) => matches(value.toUpperCase(), method)) ? 'http' : 'rpc';
}

/** The `paths` that such a value stands for. What the name of an RPC does not say is `package.Service`, to fill in. */
export function pathOfRpc(value: string): string {
  if (value.startsWith('*') || value.startsWith('/')) return value.replace(/^\*\./, '*/');
  if (value.includes('/')) return `/${value}`;
  if (!value.includes('.')) return `/package.Service/${value}`;
  // `pay.v1.Payments.Charge` as reflection names it, or the whole of `pay.v1.Payments`.
  const [, service, method] = /^(.*\.[A-Z]\w*)\.([A-Z]\w*\*?)$/.exec(value) ?? [];
  return service ? `/${service}/${method}` : `/${value.replace(/\.?\*$/, '')}/*`;
}

/** A star at the end or at the begin stands for anything, as in policies. */
function matches(pattern: string, method: string): boolean {
  if (pattern.endsWith('*')) return method.startsWith(pattern.slice(0, -1));
  if (pattern.startsWith('*')) return method.endsWith(pattern.slice(1));
  return method === pattern;
}
