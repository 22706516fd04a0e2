import { hostRoutesName } from '../../values/names';
import type { Rollout } from '../service';
import { hostRoutes } from './ingress';
import { meshRoutes } from './routing';
import type { VirtualServiceSpec } from './types';

/** Routes whose weights belong to a controller: all that split calls of the service, in the mesh and at ingresses. */
export function splitRoutes({ service, edges }: Rollout): { name: string; routes: string[] }[] {
  const own = { name: service.name, namespace: service.pods.namespace, spec: meshRoutes(service) };
  const others = edges.map(({ ingress: of, host }) => {
    const ingress = of();
    return { name: hostRoutesName(ingress.name, host), namespace: ingress.namespace, spec: hostRoutes(ingress, host) };
  });
  // With its namespace: Argo takes what follows the last dot of a name for one, and host names have dots.
  return [own, ...others]
    .map(({ name, namespace, spec }) => ({ name: `${name}.${namespace}`, routes: splits(spec, service.host) }))
    .filter(({ routes }) => routes.length > 0);
}

function splits({ http = [] }: VirtualServiceSpec, host: string): string[] {
  const subsetsOf = (route: (typeof http)[number]) =>
    (route.route ?? [])
      .filter(({ destination }) => destination.host === host)
      .map(({ destination }) => destination.subset);
  return http
    .filter((route) => ['stable', 'canary'].every((subset) => subsetsOf(route).includes(subset)))
    .map(({ name = '' }) => name);
}
