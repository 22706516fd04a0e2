import type { Cluster } from '../../manifests/cluster';
import { isObject, type JsonObject } from '../../manifests/json';
import type { Manifest } from '../../manifests/manifest';
import { type LabelSelector, selects } from '../../manifests/selectors';
import type { Workload } from '../../manifests/workload';
import { type Encryption, encryption } from './encryption';

/**
 * What Cilium makes of connections to pods; for this one question, whether they are encrypted.
 *
 * Its mutual authentication is a handshake between agents, beside the connection: it proves who calls, and leaves what
 * is said in plaintext. What encrypts is set for the whole cluster.
 *
 * @see https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/
 * @see https://docs.cilium.io/en/stable/security/network/encryption/
 */
export class Cilium {
  public static of(cluster: Cluster): Cilium {
    return new Cilium(cluster);
  }

  private readonly config: Readonly<Record<string, string>> | undefined;
  private readonly policies: readonly Manifest<JsonObject>[];

  private constructor(private readonly cluster: Cluster) {
    this.config = cluster.objects('ConfigMap').find(({ name }) => name === 'cilium-config')?.body.data ?? undefined;
    this.policies = [
      ...cluster.objects('cilium.io/CiliumNetworkPolicy'),
      ...cluster.objects('cilium.io/CiliumClusterwideNetworkPolicy'),
    ];
  }

  /** Whether the manifests hold anything of Cilium, so that it is worth asking. */
  public get present(): boolean {
    return this.config !== undefined || this.policies.length > 0;
  }

  public encryptionOf(workload: Workload): Encryption {
    const authenticating = this.policies.find((policy) => this.authenticates(policy, workload));
    const authenticated = authenticating
      ? `${authenticating.kind} ${authenticating.name} requires mutual authentication, which encrypts nothing; `
      : '';
    const said = (status: Encryption['status'], text: string, missing: readonly string[] = []) =>
      encryption(
        status,
        { layer: 'mtls', text: `${authenticated}${text}`, ...(authenticating && { object: authenticating }) },
        missing,
      );
    if (!this.config) {
      return said('unknown', 'whether Cilium encrypts is set for the whole cluster', ['the ConfigMap cilium-config']);
    }
    for (const kind of ['wireguard', 'ipsec']) {
      if (this.config[`enable-${kind}`] === 'true') {
        return said('encrypted', `Cilium encrypts between nodes, as enable-${kind} says`);
      }
    }
    if (this.config['enable-ztunnel'] === 'true') {
      const namespace = this.cluster.namespaces.get(workload.namespace);
      if (namespace?.labels['io.cilium/mtls-enabled'] === 'true') {
        return said('optional', `Cilium's ztunnel speaks mutual TLS between namespaces with io.cilium/mtls-enabled`);
      }
      if (!namespace?.known) {
        const missing = [`the labels of namespace ${workload.namespace}`];
        return said('unknown', `Cilium's ztunnel encrypts what namespaces with a label send`, missing);
      }
    }
    return said('plaintext', `no setting of Cilium encrypts what is sent to ${workload.id}`);
  }

  private authenticates({ kind, namespace, body }: Manifest<JsonObject>, workload: Workload): boolean {
    if (kind === 'CiliumNetworkPolicy' && namespace !== workload.namespace) return false;
    return [body.spec, ...(Array.isArray(body.specs) ? body.specs : [])].filter(isObject).some((rule) => {
      const ingress = Array.isArray(rule.ingress) ? rule.ingress.filter(isObject) : [];
      return (
        isObject(rule.endpointSelector) &&
        selects(rule.endpointSelector as LabelSelector, workload.labels) &&
        ingress.some(({ authentication }) => isObject(authentication) && authentication.mode === 'required')
      );
    });
  }
}
