import { MeshError } from '../errors';

/** Returns a number of pods that Kubernetes accepts, refuses any other. */
export function replicaCount(replicas: number, where: string): number {
  if (Number.isInteger(replicas) && replicas >= 0) return replicas;
  throw new MeshError({
    code: 'InvalidReplicas',
    where,
    what: `replicas is ${replicas}.`,
    why: 'Kubernetes runs a whole number of pods, 0 or more.',
    fix: 'replicas: 2',
  });
}
