import { containerPort, type Service, type ServicePort } from '../manifests/service';
import type { Workload } from '../manifests/workload';
import { isSubsetOf, isWildcard } from '../simulation/visibility/hosts';
import { resolveShortName } from '../simulation/visibility/resolve-host';
import type { Subject } from './rule';
import type { WrittenPolicy } from './traffic-policies';

/** A port of pods that the settings of a DestinationRule are for. */
export interface Server {
  readonly service: Service;
  readonly port: ServicePort;
  readonly workload: Workload;
  readonly number: number;
}

/** The services of the mesh that a DestinationRule is for. */
export function* servicesOfRule({ cluster }: Subject, { object }: Pick<WrittenPolicy, 'object'>): Iterable<Service> {
  const host = resolveShortName(object.body.spec?.host ?? '', object.namespace).toLowerCase();
  if (!isWildcard(host)) {
    const service = cluster.services.get(host);
    if (service) yield service;
    return;
  }
  for (const service of cluster.services.values()) if (isSubsetOf(service.host, host)) yield service;
}

export function* serversOfRule(subject: Subject, written: WrittenPolicy): Iterable<Server> {
  for (const service of servicesOfRule(subject, written)) {
    for (const workload of subject.cluster.workloadsOf(service)) {
      for (const port of service.ports) {
        const number = containerPort(port, workload);
        const isMeant = written.port === undefined || written.port === port.number;
        if (number !== undefined && isMeant && port.protocol !== 'udp') yield { service, port, workload, number };
      }
    }
  }
}
