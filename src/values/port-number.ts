import { MeshError } from '../errors';

/** Returns a number that a port can have, refuses any other. */
export function portNumber(port: number, where: string, fix: string): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new MeshError({
    code: 'InvalidPort',
    where,
    what: `${port} is not a port.`,
    why: 'Kubernetes takes whole numbers from 1 to 65535.',
    fix,
  });
}
