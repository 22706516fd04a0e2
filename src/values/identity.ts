import { MeshError } from '../errors';
import { objectName } from './names';

/** Returns the name of a ServiceAccount that one workload can have for itself, refuses it otherwise. */
export function ownIdentity(serviceAccountName: string | undefined, where: string, fix: string): string {
  if (serviceAccountName !== undefined && serviceAccountName !== '' && serviceAccountName !== 'default') {
    return objectName(serviceAccountName, where);
  }
  throw new MeshError({
    code: 'NoIdentity',
    where,
    what: `its pods run as the ServiceAccount '${serviceAccountName || 'default'}'.`,
    why: 'A caller is known by its ServiceAccount alone: whatever it may do, every other pod of the namespace could do as well.',
    fix,
  });
}
