import { oldestFirst } from '../../manifests/age';
import type { Cluster } from '../../manifests/cluster';
import { hasLabels, type Labels } from '../../manifests/selectors';
import { containerPort, type Service } from '../../manifests/service';
import type { Workload } from '../../manifests/workload';
import { type PortServers, type Refused, ServerMerge, serverOf, type WrittenGateway } from './gateway-servers';
import type { ProxyNode } from './proxy-node';
import type { Via } from './route-request';

/** The Gateways of a cluster, and what pods make of those that select them. */
export class Gateways {
  public static of(cluster: Cluster): Gateways {
    return new Gateways(cluster);
  }

  private readonly objects: readonly WrittenGateway[];
  private readonly listening = new Map<string, GatewayPorts>();

  private constructor(private readonly cluster: Cluster) {
    this.objects = oldestFirst(cluster.objects('networking.istio.io/Gateway'));
  }

  /** The pods that a client meets; `undefined` for a Gateway that is not there. */
  public proxyOf(via: Extract<Via, { kind: 'gateway' }>): ProxyNode | undefined {
    if ('gateway' in via) {
      const { gateway } = via;
      return isWorkload(gateway) ? proxyOf(gateway) : { kind: 'gateway', namespace: via.namespace, labels: gateway };
    }
    const { namespace, name } = via.object;
    const object = this.objects.find((it) => it.namespace === namespace && it.name === name);
    if (!object) return undefined;
    const selector = object.body.spec?.selector ?? {};
    const pods = this.cluster.workloads.find((it) => it.dataPlane === 'gateway' && hasLabels(it.labels, selector));
    return pods ? proxyOf(pods) : { kind: 'gateway', namespace: undefined, labels: selector };
  }

  /** What the pods listen to. */
  public portsOf(proxy: ProxyNode): GatewayPorts {
    const key = proxy.workload?.id ?? `${proxy.namespace} ${JSON.stringify(proxy.labels)}`;
    const known = this.listening.get(key);
    if (known) return known;
    const merge = new ServerMerge();
    const services = this.servicesBefore(proxy);
    for (const gateway of this.objects) {
      if (!hasLabels(proxy.labels ?? {}, gateway.body.spec?.selector ?? {})) continue;
      gateway.body.spec?.servers?.forEach((spec, index) => {
        merge.add(podPort(spec.port.number, services, proxy.workload), serverOf(gateway, index, spec));
      });
    }
    const ports = new GatewayPorts(merge.ports, services, proxy.workload);
    this.listening.set(key, ports);
    return ports;
  }

  private servicesBefore({ workload, labels = {}, namespace }: ProxyNode): readonly Service[] {
    if (workload) return this.cluster.servicesOf(workload);
    return [...this.cluster.services.values()].filter(
      (service) => service.namespace === namespace && service.selector && hasLabels(labels, service.selector),
    );
  }
}

/** The ports of one gateway's pods. */
export class GatewayPorts {
  public constructor(
    private readonly byPodPort: ReadonlyMap<number, PortServers>,
    private readonly services: readonly Service[],
    private readonly workload: Workload | undefined,
  ) {}

  /** What answers a client that dials a port of the gateway's Service or, without one, of its pods. */
  public at(port: number): PortServers | undefined {
    return this.byPodPort.get(podPort(port, this.services, this.workload));
  }

  /** What listens to a port of the pods. */
  public atPod(port: number): PortServers | undefined {
    return this.byPodPort.get(port);
  }

  /** The servers that istiod leaves out. */
  public get refused(): readonly Refused[] {
    return [...this.byPodPort.values()].flatMap(({ refused }) => refused);
  }

  /** Those because of which Envoy refuses their port. */
  public get clashing(): readonly Refused[] {
    return [...this.byPodPort.values()].flatMap(({ clashing }) => clashing);
  }
}

/**
 * A Gateway names the port of a Service, and its pods listen to what that calls its target. Without such a Service
 * they listen to the port itself.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/gateway.go (resolvePorts)
 */
function podPort(port: number, services: readonly Service[], workload: Workload | undefined): number {
  for (const { ports, manifest } of services) {
    if (UNTRANSLATED in manifest.labels) continue;
    const found = ports.find(({ number }) => number === port);
    if (!found) continue;
    if (typeof found.targetPort === 'number') return found.targetPort;
    return (workload && containerPort(found, workload)) ?? port;
  }
  return port;
}

const UNTRANSLATED = 'experimental.istio.io/disable-gateway-port-translation';

function proxyOf(workload: Workload): ProxyNode {
  return { kind: 'gateway', namespace: workload.namespace, labels: workload.labels, workload };
}

function isWorkload(gateway: Workload | Labels): gateway is Workload {
  return typeof gateway.labels === 'object';
}
