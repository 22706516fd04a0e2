import type { Cluster } from '../../manifests/cluster';
import type { Manifest } from '../../manifests/manifest';
import { hasLabels } from '../../manifests/selectors';
import type { Service } from '../../manifests/service';
import { type ApiGateway, type ApiRoute, apiGateways, apiRoutes } from './gateway-api-objects';
import type { ProxyNode } from './proxy-node';

/** Why an answer is not known, and the object that has it. */
export interface ApiDoubt {
  readonly missing: string;
  readonly object?: Manifest;
}

/**
 * The Gateway API. What its routes say is not followed: where one is about a host, or a Gateway about a port, the
 * answer is not known.
 */
export class GatewayApi {
  public static of(cluster: Cluster): GatewayApi {
    return new GatewayApi(cluster);
  }

  public readonly gateways: readonly ApiGateway[];
  private readonly routes: readonly ApiRoute[];
  /** Whether routes may be there of which nobody knows to whom they belong. */
  private readonly mayBeMore: boolean;

  private constructor(private readonly cluster: Cluster) {
    this.gateways = apiGateways(cluster);
    this.routes = apiRoutes(cluster);
    this.mayBeMore =
      OTHERS.some((kind) => cluster.unreadKinds.has(`gateway.networking.k8s.io/${kind}`)) ||
      cluster.malformedOf('gateway.networking.k8s.io/HTTPRoute').length > 0 ||
      cluster.malformedOf('gateway.networking.k8s.io/GRPCRoute').length > 0;
  }

  /** Gateways, and the routes that are for one of them or for a service; those of other meshes are not among them. */
  public get objects(): readonly Manifest[] {
    const routes = this.routes.filter(({ services, gateways }) => services.length + gateways.length > 0);
    return [...this.gateways, ...routes].map(({ manifest }) => manifest);
  }

  /** Routes whose parent is a service change what sidecars do with calls to it. */
  public forService(host: string): readonly ApiDoubt[] {
    return this.routes
      .filter(({ services }) => services.includes(host))
      .map(({ manifest }) => ({ missing: `what ${titleOf(manifest)} says of ${host}`, object: manifest }));
  }

  /** Gateways and their routes that have a port of a gateway's pods. */
  public forGateway(proxy: ProxyNode, port: number): readonly ApiDoubt[] {
    const own = this.gateways.filter((gateway) => this.has(gateway, proxy));
    const name = proxy.labels?.[GATEWAY_NAME];
    if (name !== undefined && own.length === 0)
      return [{ missing: `the routes of Gateway ${name} of the Gateway API` }];
    return own
      .filter(({ listeners }) => this.mayBeMore || listeners.some((listener) => listener.port === port))
      .flatMap((gateway) => {
        const routes = this.routesOf(gateway).map(({ manifest }) => manifest);
        return routes.length > 0
          ? routes.map((object) => ({ missing: `what ${titleOf(object)} makes of it`, object }))
          : [{ missing: `what ${titleOf(gateway.manifest)} makes of it`, object: gateway.manifest }];
      });
  }

  /** The routes that are attached to a Gateway, as far as their parents say it. */
  public routesOf({ manifest: { namespace, name } }: ApiGateway): readonly ApiRoute[] {
    return this.routes.filter(({ gateways }) => gateways === 'anything' || gateways.includes(`${namespace}/${name}`));
  }

  /** Whether routes of a Gateway may lead to a service. */
  public mayLeadTo({ host }: Service, proxy: ProxyNode): boolean {
    const own = this.gateways.filter((gateway) => this.has(gateway, proxy));
    return (
      this.mayBeMore ||
      own.length === 0 ||
      own.some((gateway) =>
        this.routesOf(gateway).some(({ backends }) => backends === 'anything' || backends.includes(host)),
      )
    );
  }

  /**
   * Whether pods are those of a Gateway: its own, or others that it names.
   *
   * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#deployment-methods
   */
  private has({ manifest, services }: ApiGateway, { labels = {}, namespace, workload }: ProxyNode): boolean {
    if (services.length > 0) {
      const before = workload
        ? this.cluster.servicesOf(workload)
        : [...this.cluster.services.values()].filter(({ selector }) => selector && hasLabels(labels, selector));
      return before.some(({ host }) => services.includes(host));
    }
    return labels[GATEWAY_NAME] === manifest.name && (namespace === undefined || namespace === manifest.namespace);
  }
}

export const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/** Kinds that give a Gateway more routes or listeners. */
const OTHERS = ['TCPRoute', 'TLSRoute', 'UDPRoute', 'ListenerSet'];

function titleOf({ kind, namespace, name }: Manifest<unknown>): string {
  return `${kind} ${namespace}/${name} of the Gateway API`;
}
