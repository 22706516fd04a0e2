import type { IConstruct } from 'constructs';
import { MeshError } from '../errors';
import { reserve } from './claims';

/** What a service has for itself. */
export interface OwnPods {
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly serviceAccount: string;
}

/** Refuses pods or an identity that another service of the app has already. */
export function ownPods(service: IConstruct, { namespace, labels, serviceAccount }: OwnPods, where: string): void {
  const selected = JSON.stringify([namespace, Object.entries(labels).sort()]);
  const podsOf = reserve(service, `pods ${selected}`, where);
  if (podsOf !== undefined) throw sharedPods(podsOf, where);
  const identityOf = reserve(service, `identity ${namespace}/${serviceAccount}`, where);
  if (identityOf !== undefined) throw sharedIdentity(serviceAccount, identityOf, where);
}

function sharedPods(first: string, where: string): MeshError {
  return new MeshError({
    code: 'SharedPods',
    where,
    what: `it selects the same pods as ${first}.`,
    why: 'Of two Sidecars for one pod Istio takes one, and the calls that the other one declares fail.',
    fix: 'give one service all the APIs and ports: apis: [a, b], ports: [MeshPort.http(8080)]',
  });
}

function sharedIdentity(serviceAccount: string, first: string, where: string): MeshError {
  return new MeshError({
    code: 'SharedIdentity',
    where,
    what: `its pods run as the ServiceAccount '${serviceAccount}', as those of ${first} do.`,
    why: 'A caller is known by its ServiceAccount alone: each of the two could do what only the other one may.',
    fix: 'give each workload a ServiceAccount of its own',
  });
}
