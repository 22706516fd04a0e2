import { Duration } from 'cdk8s';
import {
  type ContainerResources,
  type EnvValue,
  type IServiceAccount,
  type Workload as PlusWorkload,
  ServiceAccount,
} from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { MeshError } from './errors';
import { gracefulDrain } from './kubernetes/graceful-drain';
import { insideMesh } from './kubernetes/inside-mesh';
import { MeshDeployment } from './kubernetes/mesh-deployment';
import { optOutMark } from './kubernetes/owned-object';
import { imageVersion } from './values/container-image';
import { HealthCheck } from './values/health-check';
import { ownIdentity } from './values/identity';
import { selectingLabels } from './values/labels';
import { type MeshPort, PortProtocol } from './values/mesh-port';
import { type OptOut, type OptOutOptions, optOut } from './values/opt-out';
import { processId } from './values/process-id';
import { replicaCount } from './values/replicas';

/** How the pods of an image run. */
export interface ImageOptions {
  /**
   * Value of the label `version`.
   *
   * @default - the tag of the image, or the first twelve digits of its digest
   */
  readonly version?: string;

  /**
   * Number of pods, 0 or more. Leave it out if an autoscaler shall own it.
   *
   * @default 2
   */
  readonly replicas?: number;

  /**
   * Entrypoint of the container.
   *
   * @default - the one of the image
   */
  readonly command?: string[];

  /**
   * Arguments of the entrypoint.
   *
   * @default - those of the image
   */
  readonly args?: string[];

  /**
   * Environment variables.
   *
   * @default - none but the addresses of callees that asked for one
   */
  readonly env?: { [name: string]: EnvValue };

  /**
   * CPU and memory.
   *
   * @default - requests of 100m and 128 MiB, no limits
   */
  readonly resources?: ContainerResources;

  /**
   * Numeric user of the process. Needed for images whose own USER is a name or root: pods must not run as root.
   *
   * Not 1337: traffic of the proxy's own user bypasses the proxy.
   *
   * @default - the user of the image
   */
  readonly user?: number;

  /**
   * Numeric group of the process. Not 1337, like `user`.
   *
   * @default - the group of the image
   */
  readonly group?: number;

  /**
   * How Kubernetes asks whether the container is well, on its first port.
   *
   * @default - the gRPC health service for a gRPC port, a TCP connection for any other; nothing without a port
   * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
   */
  readonly health?: HealthCheck;

  /**
   * How long calls under way may take to finish when a pod leaves. Whole seconds.
   *
   * The proxy drains this long, the container gets its stop signal after at most 10 s of it, and Kubernetes waits 10 s
   * longer.
   *
   * @default Duration.seconds(30)
   * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
   */
  readonly drain?: Duration;

  /**
   * Run the pods without a proxy.
   *
   * Callers in the mesh reach them in plaintext. No policy of the mesh holds for them: a NetworkPolicy for the ports
   * and pods of declared calls is their only wall. They have no identity, so whatever they call has a `PlaintextPort`
   * for them.
   *
   * @default - a proxy in every pod
   * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy
   */
  readonly outsideMesh?: OptOutOptions;
}

/**
 * What runs behind a service.
 *
 * @see https://cdk8s.io/docs/latest/plus/deployment/
 */
export class Workload {
  /**
   * An image, run by a Deployment that Pod Security `restricted` admits.
   *
   * That costs the image something: its USER is a number other than 0 (or `user` is given), it writes nowhere but to
   * volumes that you mount (its root file system is read-only), it needs no capabilities, and on a gRPC port it serves
   * the standard health service (or `health` says what else to ask).
   *
   * Refused by the service that runs it: `InvalidImage`, `InvalidUser`, `InvalidReplicas`, `InvalidDuration`,
   * `HealthWithoutPort`, `NoReason`; at synth `OutsideMesh`, if what you added to the Deployment bypasses the proxy.
   *
   * @param image reference with a tag or digest, `ghcr.io/acme/order:2.3.1`
   * @param options how its pods run. Left out: two pods, by the defaults of the image
   * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
   */
  public static image(image: string, options: ImageOptions = {}): Workload {
    return new Workload({ image, options });
  }

  /**
   * A Deployment or StatefulSet of cdk8s-plus that you have made. It needs a ServiceAccount of its own.
   *
   * Its pods get the label `app`, if they have none, and the addresses of callees that asked for one. What an image
   * gets besides stays yours to write: graceful drain, health probes, the security context that Pod Security
   * `restricted` admits, resource requests, the spread over nodes and the PodDisruptionBudget.
   *
   * Pods that would bypass their proxy are refused: `hostNetwork`, `sidecar.istio.io/inject` other than `true`, a
   * container that runs as the user or group of the proxy (1337).
   *
   * Refused by the service that runs it: `NoIdentity`, `WorkloadElsewhere`, `UnsupportedWorkload`, `OutsideMesh` (also
   * at synth), `InvalidLabel`.
   *
   * @param workload what runs, created under the same ZeroTrustNamespace
   */
  public static deployment(workload: PlusWorkload): Workload {
    return new Workload({ existing: workload });
  }

  /**
   * Pods that somebody else deploys into the same namespace, by labels that select exactly them.
   *
   * Refused by the service that runs it: `NoLabels`, `InvalidLabel`, `NoIdentity`, `InvalidName`.
   *
   * @param labels labels of the pods, of every version
   * @param serviceAccountName their ServiceAccount: who they are when they call. Not `default`
   */
  public static labels(labels: { [key: string]: string }, serviceAccountName: string): Workload {
    return new Workload({ labels: { ...labels }, serviceAccountName });
  }

  /**
   * @internal
   */
  public static _peer(peer: PeerPods): Workload {
    return new Workload({ peer });
  }

  private constructor(private readonly source: Source) {}

  /**
   * Pods that this app does not deploy, in a namespace that it may not own.
   *
   * @internal
   */
  public get _peerPods(): PeerPods | undefined {
    return this.source.peer;
  }

  /**
   * The same pods with another image.
   *
   * @internal
   */
  public _next(image: string, options: Pick<ImageOptions, 'version' | 'replicas'>): Workload | undefined {
    if (this.source.image === undefined) return undefined;
    return Workload.image(image, { ...this.source.options, version: options.version, replicas: options.replicas });
  }

  /**
   * How many pods an image has, if that was said.
   *
   * @internal
   */
  public get _replicas(): number | undefined {
    return this.source.options?.replicas;
  }

  /**
   * The identity of the pods and the labels by which they are found.
   *
   * @internal
   */
  public _identify(scope: Construct, place: Place): IdentifiedWorkload {
    const { image, existing, labels, serviceAccountName, peer } = this.source;
    if (peer) return { labels: peer.labels, serviceAccountName: peer.serviceAccountName };
    if (image !== undefined) return identifyImage(scope, place);
    if (existing) return identifyExisting(existing, place);
    return {
      labels: selectingLabels(labels ?? {}, place.where),
      serviceAccountName: ownIdentity(serviceAccountName, place.where, `Workload.labels({ ... }, '${place.app}')`),
    };
  }

  /**
   * The Deployment of an image.
   *
   * @internal
   */
  public _deploy(scope: Construct, place: Place, serviceAccount: IServiceAccount): MeshDeployment {
    const { image = '', options = {} } = this.source;
    const drain = gracefulDrain(options.drain ?? Duration.seconds(30), place.where);
    const outside = this._outsideMesh(place.where);
    const deployment = new MeshDeployment(scope, 'Deployment', {
      name: place.name,
      app: place.app,
      version: imageVersion(image, options.version, place.where),
      annotations: { 'cdk8s-grpc-mesh/construct': scope.node.path, ...(outside && optOutMark(outside)) },
      podAnnotations: outside ? {} : place.podAnnotations(drain.proxySeconds),
      // As a label: the annotation of this name is read by no injector of today.
      podLabels: outside && place.proxyLabel !== undefined ? { [place.proxyLabel]: 'false' } : undefined,
      serviceAccount,
      image,
      containerPorts: [...new Set(place.ports.map(({ containerPort }) => containerPort))],
      health: healthOf(options.health, place),
      drain,
      replicas: options.replicas === undefined ? undefined : replicaCount(options.replicas, place.where),
      command: options.command,
      args: options.args,
      env: options.env,
      resources: options.resources,
      user: processId('user', options.user, place.proxyUser, place.where),
      group: processId('group', options.group, place.proxyUser, place.where),
    });
    insideMesh(deployment, outside ? { ...place, proxyLabel: undefined } : place);
    return deployment;
  }

  /**
   * Why its pods have no proxy, if they have none.
   *
   * @internal
   */
  public _outsideMesh(where: string): OptOut | undefined {
    const { outsideMesh } = this.source.options ?? {};
    return outsideMesh && optOut('outside-mesh', outsideMesh.reason, where);
  }

  /**
   * Value of the label `version`, where we write it.
   *
   * @internal
   */
  public _version(place: Place): string | undefined {
    const { image, options } = this.source;
    return image === undefined ? undefined : imageVersion(image, options?.version, place.where);
  }
}

/** Where a workload lands. */
export interface Place {
  /** Name of the Deployment. */
  readonly name: string;
  /** Value of the label `app`: the service. */
  readonly app: string;
  readonly namespace: string;
  readonly ports: MeshPort[];
  /** What the pods tell their proxy, which has so long to drain. */
  readonly podAnnotations: (drainSeconds: number) => Record<string, string>;
  /** User and group of the proxy. */
  readonly proxyUser?: number;
  /** The label, or annotation, that says whether a pod has a proxy. */
  readonly proxyLabel?: string;
  readonly where: string;
}

/** Pods with their identity. */
export interface IdentifiedWorkload {
  /** Labels that select the pods of every version. */
  readonly labels: Record<string, string>;
  /** Labels that select the stable version; undefined where somebody else deploys. */
  readonly stable?: Record<string, string>;
  readonly serviceAccountName: string;
  /** The ServiceAccount, where we write it: the pods are then ours to deploy. */
  readonly serviceAccount?: IServiceAccount;
  /** The workload of cdk8s-plus, where the user made it. */
  readonly existing?: PlusWorkload;
}

/** Pods outside the app. */
export interface PeerPods {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly serviceAccountName: string;
  readonly trustDomain?: string;
}

interface Source {
  readonly image?: string;
  readonly options?: ImageOptions;
  readonly existing?: PlusWorkload;
  readonly labels?: Record<string, string>;
  readonly serviceAccountName?: string;
  readonly peer?: PeerPods;
}

function identifyImage(scope: Construct, { name, app }: Place): IdentifiedWorkload {
  const serviceAccount = new ServiceAccount(scope, 'ServiceAccount', {
    metadata: { name: app, labels: { app }, annotations: { 'cdk8s-grpc-mesh/construct': scope.node.path } },
    automountToken: false,
  });
  return {
    labels: { app },
    stable: { 'app.kubernetes.io/instance': name },
    serviceAccountName: app,
    serviceAccount,
  };
}

function identifyExisting(existing: PlusWorkload, place: Place): IdentifiedWorkload {
  const namespace = existing.metadata.namespace ?? 'default';
  if (namespace !== place.namespace) {
    throw new MeshError({
      code: 'WorkloadElsewhere',
      where: place.where,
      what: `its ${existing.kind} '${existing.name}' lies in namespace '${namespace}', the service in '${place.namespace}'.`,
      why: 'A Service selects pods of its own namespace only.',
      fix: 'create the workload under the same ZeroTrustNamespace',
    });
  }
  insideMesh(existing, place);
  const app = existing.podMetadata.getLabel('app') ?? place.app;
  existing.podMetadata.addLabel('app', app);
  const account = `new Deployment(shop, '${app}', { serviceAccount: new ServiceAccount(shop, '${app}-identity'), ... })`;
  return {
    labels: selectingLabels({ app }, place.where),
    serviceAccountName: ownIdentity(existing.serviceAccount?.name, place.where, account),
    existing,
  };
}

function healthOf(given: HealthCheck | undefined, { ports: [first], where }: Place): HealthCheck | undefined {
  if (first) return given ?? (first.protocol === PortProtocol.GRPC ? HealthCheck.grpc() : HealthCheck.tcp());
  if (!given) return undefined;
  throw new MeshError({
    code: 'HealthWithoutPort',
    where,
    what: 'its container has a health check and no port.',
    why: 'Kubernetes asks for health on the first port; nobody would ask, and a stuck container would stay.',
    fix: 'ports: [MeshPort.http(8080)]',
  });
}
