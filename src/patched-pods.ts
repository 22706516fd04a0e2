import { MeshError } from './errors';
import type { Pods } from './mesh/parties';
import type { MeshIngress } from './mesh-ingress';
import type { MeshService } from './mesh-service';
import { withProxy } from './outside-mesh';
import { notOurs } from './ownership';

/** Whose proxies get something that Istio does not bring along. */
export interface ProxiesMeant {
  readonly service?: MeshService;
  readonly ingress?: MeshIngress;
}

/** The pods of a service of ours or of an ingress: exactly one of both has to be given. */
export function proxiesMeant({ service, ingress }: ProxiesMeant, kind: string, where: string): Pods {
  if (service?._isPeer) throw notOurs(service.host, where);
  if (service && !ingress) {
    withProxy(service, where);
    return service._pods;
  }
  if (ingress && !service) return ingress._gateway.pods;
  throw new MeshError({
    code: 'IngressOrService',
    where,
    what: service ? 'it has an ingress and a service.' : 'it has neither an ingress nor a service.',
    why: 'It is for the proxies of one of them; without either it would be for every proxy of the namespace.',
    fix: `new ${kind}(shop, '${kind === 'EnvoyPatch' ? 'limits' : 'tenants'}', { service: order, ... })`,
  });
}
