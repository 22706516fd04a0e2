import { MeshError } from '../errors';

/**
 * Returns the user or group of a process, refused if it is root or the proxy's own: what runs as the proxy is not
 * redirected to it, and so goes past every policy.
 */
export function processId(
  noun: 'user' | 'group',
  id: number | undefined,
  proxyUser: number | undefined,
  where: string,
): number | undefined {
  const root = noun === 'user' && id === 0;
  if (id === undefined || (Number.isInteger(id) && id >= 0 && id !== proxyUser && !root)) return id;
  throw new MeshError({
    code: 'InvalidUser',
    where,
    what: `its container would run as the ${noun} ${id}.`,
    why: root
      ? 'That is root, which Pod Security `restricted` refuses.'
      : `A whole number is needed, and not ${proxyUser}: traffic of the proxy's own ${noun} bypasses the proxy.`,
    fix: `${noun}: 10001`,
  });
}
