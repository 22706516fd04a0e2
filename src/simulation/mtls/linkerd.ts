import type { Cluster } from '../../manifests/cluster';
import { isObject, type Json, type JsonObject } from '../../manifests/json';
import type { Manifest } from '../../manifests/manifest';
import { type LabelSelector, selects } from '../../manifests/selectors';
import type { Workload } from '../../manifests/workload';
import { type Encryption, encryption } from './encryption';

type Policy = Manifest<JsonObject>;

/**
 * What Linkerd makes of the ports of its pods; for this one question, whether they take plaintext.
 *
 * Its proxies always speak mutual TLS to each other. A port that nothing limits takes plaintext from others too.
 *
 * @see https://linkerd.io/2/reference/authorization-policy/
 */
export class Linkerd {
  public static of(cluster: Cluster): Linkerd {
    return new Linkerd(cluster);
  }

  private constructor(private readonly cluster: Cluster) {}

  /** Whether the pods of a workload get Linkerd's proxy, by annotations: those of the pods come first. */
  public injects(workload: Workload): boolean {
    const wish = this.annotation(workload, 'linkerd.io/inject');
    return (
      wish === 'enabled' ||
      wish === 'ingress' ||
      'linkerd.io/proxy-version' in workload.annotations ||
      workload.containers.some(({ name }) => name === 'linkerd-proxy')
    );
  }

  /** What becomes of connections to a port of a workload that it injects. */
  public encryptionOf(workload: Workload, containerPort: number): Encryption {
    const skipped = this.annotation(workload, 'config.linkerd.io/skip-inbound-ports');
    if (skipped !== undefined && namesPort(skipped, containerPort)) {
      return encryption(
        'plaintext',
        `skip-inbound-ports of ${workload.id} keeps port ${containerPort} from Linkerd's proxy`,
      );
    }
    const server = this.cluster
      .objects('policy.linkerd.io/Server', workload.namespace)
      .find(({ body }) => coversPort(body.spec, workload, containerPort));
    return server ? this.ofServer(server) : this.ofDefault(workload);
  }

  private ofServer(server: Policy): Encryption {
    const name = `Server ${server.namespace}/${server.name}`;
    if (this.cluster.unreadKinds.has('policy.linkerd.io/ServerAuthorization')) {
      const missing = ['what each policy.linkerd.io/ServerAuthorization lets pass'];
      return encryption('unknown', { layer: 'mtls', text: `${name} selects the port`, object: server }, missing);
    }
    const open = this.policiesOf(server).find((policy) => !requiresMeshTls(policy));
    if (open) {
      const text = `AuthorizationPolicy ${open.namespace}/${open.name} lets clients of ${name} in without mutual TLS`;
      return encryption('optional', {
        layer: 'mtls',
        text,
        object: open,
        path: ['spec', 'requiredAuthenticationRefs'],
      });
    }
    const access = isObject(server.body.spec) ? (server.body.spec.accessPolicy ?? 'deny') : 'deny';
    const path = ['spec', 'accessPolicy'];
    return encryption(statusOf(access), {
      layer: 'mtls',
      text: `${name} has accessPolicy ${access}`,
      object: server,
      path,
    });
  }

  private ofDefault(workload: Workload): Encryption {
    const stated = this.annotation(workload, 'config.linkerd.io/default-inbound-policy');
    const policy = stated ?? 'all-unauthenticated';
    const from = stated ? '' : ', as Linkerd is installed if proxy.defaultInboundPolicy says nothing';
    return encryption(statusOf(policy), `the default inbound policy of ${workload.id} is ${policy}${from}`);
  }

  /** Those for the Server itself, for its namespace, and for routes of it. */
  private policiesOf(server: Policy): readonly Policy[] {
    const routes = (['GRPCRoute', 'HTTPRoute'] as const).flatMap((kind) =>
      this.cluster
        .objects(`gateway.networking.k8s.io/${kind}`, server.namespace)
        .filter(({ body }) => isObject(body.spec) && refs(body.spec.parentRefs).some((ref) => isRef(ref, server)))
        .map(({ name }) => `${kind} ${name}`),
    );
    const targets = new Set([`Server ${server.name}`, `Namespace ${server.namespace}`, ...routes]);
    return this.cluster.objects('policy.linkerd.io/AuthorizationPolicy', server.namespace).filter(({ body }) => {
      const target = isObject(body.spec) ? body.spec.targetRef : undefined;
      return isObject(target) && targets.has(`${target.kind} ${target.name}`);
    });
  }

  private annotation(workload: Workload, key: string): string | undefined {
    return workload.annotations[key] ?? this.cluster.namespaces.get(workload.namespace)?.annotations[key];
  }
}

/** All references of a policy must be satisfied; that of an identity can only be with mutual TLS. */
function requiresMeshTls({ body }: Policy): boolean {
  const required = isObject(body.spec) ? refs(body.spec.requiredAuthenticationRefs) : [];
  return required.some(({ kind }) => kind === 'MeshTLSAuthentication' || kind === 'ServiceAccount');
}

function statusOf(policy: Json): 'encrypted' | 'optional' {
  return policy === 'all-authenticated' || policy === 'cluster-authenticated' || policy === 'deny'
    ? 'encrypted'
    : 'optional';
}

function coversPort(spec: Json | undefined, { labels, containers }: Workload, containerPort: number): boolean {
  if (!isObject(spec) || !isObject(spec.podSelector) || !selects(spec.podSelector as LabelSelector, labels))
    return false;
  const named = containers.flatMap(({ ports }) => ports ?? []).find(({ name }) => name === spec.port);
  return spec.port === containerPort || named?.containerPort === containerPort;
}

function refs(list: Json | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function isRef({ kind, name }: JsonObject, object: Policy): boolean {
  return kind === object.kind && name === object.name;
}

/** `25,4000-5000`. */
function namesPort(list: string, port: number): boolean {
  return list.split(',').some((entry) => {
    const [first, last = first] = entry.trim().split('-').map(Number);
    return first <= port && port <= last;
  });
}
