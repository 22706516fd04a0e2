import type { Manifest } from '../../manifests/manifest';
import type { Service } from '../../manifests/service';
import type { Bodies } from '../../manifests/types';
import { allow, type Decision, deny, type Reason, unknown } from '../verdict';
import { EgressListener } from './egress-listener';
import { exportedTo } from './exported-to';

export type Sidecar = Manifest<Bodies['networking.istio.io/Sidecar']>;

/** What the sidecars of some pods of one namespace are told of. */
export class SidecarScope {
  private readonly listeners: readonly EgressListener[];
  /** Those that serve whoever calls a service's address. */
  private readonly usual: readonly EgressListener[];

  public constructor(
    /**
     * The object that decides; `undefined` where none does, and the proxies are told of all that is exported to them.
     */
    public readonly sidecar: Sidecar | undefined,
    /** Of the proxies, which is not that of the object if that is in the root namespace. */
    public readonly namespace: string,
  ) {
    const egress = sidecar?.body.spec?.egress ?? [];
    this.listeners =
      egress.length > 0
        ? egress.map((spec, index) => EgressListener.of(spec, namespace, index))
        : [EgressListener.everything()];
    this.usual = this.listeners.filter(({ apart }) => !apart);
  }

  /** Those from which the proxies may see a service; `*` for any. */
  public get namespaces(): ReadonlySet<string> {
    return new Set(this.listeners.flatMap(({ namespaces }) => namespaces));
  }

  /** Whether a call to a port of a service is one that the proxy knows. */
  public sees(service: Service, port: number): Decision {
    const { host } = service;
    if (!exportedTo(service.exportTo, service.namespace, this.namespace)) {
      return deny([notExported(service, this.namespace)]);
    }
    if (!service.ports.some(({ number }) => number === port)) {
      const text = `${host} has no port ${port}`;
      return deny([{ layer: 'visibility', text, object: service.manifest, path: ['spec', 'ports'] }]);
    }
    const listener = this.listenerOf(port);
    const imported = listener?.imports(host, service.namespace);
    if (listener && imported !== undefined) {
      return allow(this.imports(service, ['spec', 'egress', listener.index, 'hosts', imported]));
    }
    const apart = this.listeners.find((it) => it.apart && it.imports(host, service.namespace) !== undefined);
    if (apart) {
      const text = `${this.name} imports ${host} only for what connects to a listener with an address of its own`;
      return unknown(['the address to which the client connects'], [this.says(text, ['spec', 'egress', apart.index])]);
    }
    return listener
      ? deny([this.says(`${this.name} does not import ${host}`, ['spec', 'egress', listener.index, 'hosts'])])
      : deny([this.says(`${this.name} has no egress listener for port ${port}`, ['spec', 'egress'])]);
  }

  /** Whether the proxy reads a VirtualService with these hosts, for calls to a port or, without one, for any. */
  public seesRoutes(config: RoutesToSee, port?: number): boolean {
    if (!exportedTo(config.exportTo, config.namespace, this.namespace)) return false;
    const listener = port === undefined ? undefined : this.listenerOf(port);
    const asked = port === undefined ? this.listeners : listener ? [listener] : [];
    return asked.some((it) => it.importsRoutes(config.hosts, config.namespace));
  }

  /**
   * One that names the port takes it away from the one that names none, whichever services it imports; it serves what
   * has that port.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/sidecar.go (GetEgressListenerForRDS)
   */
  private listenerOf(port: number): EgressListener | undefined {
    return this.usual.find((it) => it.port === port) ?? this.usual.find((it) => it.port === undefined);
  }

  private imports({ host }: Service, path: readonly (string | number)[]): Reason {
    if (!this.sidecar?.body.spec?.egress?.length) {
      const limits = this.sidecar ? `${this.name} does not limit` : 'no Sidecar limits';
      return this.says(`${limits} what namespace ${this.namespace} sees, and ${host} is exported to it`);
    }
    return this.says(`${this.name} imports ${host}`, path);
  }

  private get name(): string {
    return this.sidecar ? `Sidecar ${this.sidecar.namespace}/${this.sidecar.name}` : 'no Sidecar';
  }

  private says(text: string, path?: readonly (string | number)[]): Reason {
    return { layer: 'visibility', text, ...(this.sidecar && { object: this.sidecar }), ...(path && { path }) };
  }
}

/** What decides who reads a VirtualService. Its hosts are full names. */
export interface RoutesToSee {
  readonly namespace: string;
  readonly hosts: readonly string[];
  readonly exportTo: readonly string[];
}

export function notExported({ host, exportTo, kind, manifest }: Service, namespace: string): Reason {
  const text = `${host} is exported to ${exportTo.join(', ') || 'nobody'}, not to namespace ${namespace}`;
  const path =
    kind === 'ServiceEntry' ? ['spec', 'exportTo'] : ['metadata', 'annotations', 'networking.istio.io/exportTo'];
  return { layer: 'visibility', text, object: manifest, path };
}
