import type { Cluster } from '../../manifests/cluster';
import { isObject, type Json } from '../../manifests/json';
import type { Manifest } from '../../manifests/manifest';
import { serviceHost } from '../../manifests/service';
import type { Kind } from '../../manifests/types';
import { hostsMatch } from '../visibility/hosts';
import { resolveShortName } from '../visibility/resolve-host';

/**
 * Objects that an API server would refuse, by what they would have been about: nobody knows what they are meant to
 * say.
 */
export class RefusedObjects {
  public static of(cluster: Cluster): RefusedObjects {
    const found = KINDS.flatMap((kind) => cluster.malformedOf(kind).map(({ manifest }) => manifest));
    return new RefusedObjects([...new Set(found)]);
  }

  private readonly about: readonly { readonly manifest: Manifest; readonly hosts: readonly string[] | undefined }[];

  private constructor(manifests: readonly Manifest[]) {
    this.about = manifests.map((manifest) => ({ manifest, hosts: hostsOf(manifest) }));
  }

  /** Those that might have said something of one of these hosts. */
  public touching(hosts: readonly string[], kind: 'sidecar' | 'gateway'): readonly string[] {
    if (this.about.length === 0) return [];
    return this.about
      .filter(({ manifest }) => kind === 'gateway' || manifest.kind !== 'Gateway')
      .filter(({ hosts: own }) => !own || own.some((host) => hosts.some((asked) => hostsMatch(host, asked))))
      .map(
        ({ manifest: { kind, namespace, name } }) => `what the malformed ${kind} ${namespace}/${name} is meant to say`,
      );
  }
}

const KINDS: readonly Kind[] = [
  'networking.istio.io/VirtualService',
  'networking.istio.io/DestinationRule',
  'networking.istio.io/Gateway',
  'Service',
  'networking.istio.io/ServiceEntry',
  'networking.istio.io/EnvoyFilter',
  'gateway.networking.k8s.io/HTTPRoute',
  'gateway.networking.k8s.io/GRPCRoute',
];

/** As far as they can be read; `undefined` for an object that may be about any host. */
function hostsOf({ kind, name, namespace, body }: Manifest): readonly string[] | undefined {
  if (kind === 'Service') return [serviceHost(name, namespace)];
  const spec: Readonly<Record<string, Json>> = isObject(body.spec) ? body.spec : {};
  const hosts = kind === 'DestinationRule' ? [spec.host] : spec.hosts;
  if (kind === 'Gateway' || !Array.isArray(hosts) || hosts.length === 0) return undefined;
  return hosts.every((host) => typeof host === 'string')
    ? hosts.map((host) => resolveShortName(host, namespace).toLowerCase())
    : undefined;
}
