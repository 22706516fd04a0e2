import type { Cluster } from '../../manifests/cluster';
import type { Bodies } from '../../manifests/types';
import { hostsMatch } from '../visibility/hosts';
import { resolveShortName } from '../visibility/resolve-host';

/** Hosts of which a VirtualService may send calls to another host: the policies there decide, not those of the host. */
export class DivertedHosts {
  private readonly exact = new Set<string>();
  private readonly wildcards: string[] = [];

  public constructor(cluster: Cluster) {
    for (const { namespace, body } of cluster.objects('networking.istio.io/VirtualService')) {
      const hosts = (body.spec?.hosts ?? []).map((host) => resolveShortName(host, namespace));
      const targets = targetsOf(body).map((host) => resolveShortName(host, namespace));
      for (const host of hosts) {
        if (host.startsWith('*')) {
          this.wildcards.push(host);
        } else if (targets.some((target) => target !== host)) {
          this.exact.add(host);
        }
      }
    }
  }

  public has(host: string): boolean {
    return this.exact.has(host) || this.wildcards.some((wildcard) => hostsMatch(wildcard, host));
  }
}

/** A delegate may send a call anywhere. */
function targetsOf({ spec }: Bodies['networking.istio.io/VirtualService']): string[] {
  const rules = [...(spec?.http ?? []), ...(spec?.tls ?? []), ...(spec?.tcp ?? [])];
  return rules.flatMap((rule) => [
    ...(rule.route ?? []).map(({ destination }) => destination?.host ?? ''),
    ...('delegate' in rule && rule.delegate ? [''] : []),
  ]);
}
