import type { Manifest } from './manifest';
import { type Protocol, protocolNamed, protocolOf } from './protocol';
import type { ServiceEntrySpec, ServiceSpec } from './types';
import type { Workload } from './workload';

/** A port of a service as its clients name it. */
export interface ServicePort {
  readonly number: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** The pod's port: a number, or the name of one; `number` where the Service does not say. */
  readonly targetPort: number | string;
}

/** A host of the mesh's registry: a Service, or one host of a ServiceEntry. */
export interface Service {
  /** `order.coffee-shop.svc.cluster.local`, or what a ServiceEntry says. */
  readonly host: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'Service' | 'ServiceEntry';
  readonly ports: readonly ServicePort[];
  readonly exportTo: readonly string[];
  readonly headless: boolean;
  /** Everything behind it leaves the mesh. */
  readonly external: boolean;
  /** What it selects; `undefined` where it selects nothing by labels. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly manifest: Manifest<unknown>;
}

/** The domain of Services. Istio calls it the DNS domain of a proxy; clusters with another one are not read right. */
export const CLUSTER_DOMAIN = 'cluster.local';

export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}

export function serviceOf(manifest: Manifest<unknown>, spec: ServiceSpec, defaultExportTo: readonly string[]): Service {
  const exportTo = manifest.annotations['networking.istio.io/exportTo'];
  return {
    host: serviceHost(manifest.name, manifest.namespace),
    namespace: manifest.namespace,
    name: manifest.name,
    kind: 'Service',
    ports: (spec.ports ?? []).map((port) => ({
      number: port.port,
      name: port.name ?? '',
      protocol: protocolOf(port),
      targetPort: port.targetPort ?? port.port,
    })),
    exportTo: exportTo ? exportTo.split(',').map((scope) => scope.trim()) : defaultExportTo,
    headless: spec.clusterIP === 'None',
    external: spec.type === 'ExternalName',
    selector: spec.selector && Object.keys(spec.selector).length > 0 ? spec.selector : undefined,
    manifest,
  };
}

export function servicesOfEntry(
  manifest: Manifest<unknown>,
  spec: ServiceEntrySpec,
  defaultExportTo: readonly string[],
): Service[] {
  return spec.hosts.map((host) => ({
    host,
    namespace: manifest.namespace,
    name: manifest.name,
    kind: 'ServiceEntry',
    ports: (spec.ports ?? []).map((port) => ({
      number: port.number,
      name: port.name,
      protocol: protocolNamed(port.protocol ?? port.name),
      targetPort: port.targetPort ?? port.number,
    })),
    exportTo: spec.exportTo?.length ? spec.exportTo : defaultExportTo,
    headless: spec.resolution === 'NONE',
    external: spec.location !== 'MESH_INTERNAL',
    selector: spec.workloadSelector?.labels,
    manifest,
  }));
}

/** The container port that a port of a service reaches in these pods; `undefined` for a name that they lack. */
export function containerPort(port: ServicePort, workload: Workload): number | undefined {
  if (typeof port.targetPort === 'number') {
    return port.targetPort;
  }
  for (const container of workload.containers) {
    const named = container.ports?.find(({ name }) => name === port.targetPort);
    if (named) {
      return named.containerPort;
    }
  }
  return undefined;
}
