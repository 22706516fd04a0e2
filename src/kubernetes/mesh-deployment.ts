import { ApiObject, Duration, Lazy, Size } from 'cdk8s';
import {
  Capability,
  type ContainerResources,
  Cpu,
  Deployment,
  DeploymentStrategy,
  type EnvValue,
  ImagePullPolicy,
  type IServiceAccount,
  k8s,
  LabelSelector,
  PercentOrAbsolute,
  type PodSelectorConfig,
  SeccompProfileType,
} from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { HealthCheck } from '../values/health-check';
import { complete } from './complete-pod';
import type { GracefulDrain } from './graceful-drain';
import { claim } from './owned-object';
import type { DeploymentSpec } from './types';

/** A Deployment of one container, in the mesh. */
export interface MeshDeploymentProps {
  readonly name: string;
  /** Value of the label `app`: the service. */
  readonly app: string;
  readonly version: string;
  readonly annotations: Record<string, string>;
  readonly podAnnotations: Record<string, string>;
  /** Labels of the pods beyond the usual ones. */
  readonly podLabels?: Record<string, string>;
  readonly serviceAccount: IServiceAccount;
  readonly image: string;
  readonly containerPorts: number[];
  readonly health?: HealthCheck;
  readonly drain: GracefulDrain;
  readonly replicas?: number;
  readonly command?: string[];
  readonly args?: string[];
  readonly env?: Record<string, EnvValue>;
  readonly resources?: ContainerResources;
  readonly user?: number;
  readonly group?: number;
}

/** Enough for a small server; the limit is the owner's to set, once measured. */
const DEFAULT_RESOURCES: ContainerResources = {
  cpu: { request: Cpu.millis(100) },
  memory: { request: Size.mebibytes(128) },
};

/**
 * The cdk8s-plus Deployment, admitted under Pod Security `restricted`, with what version 28 cannot say.
 *
 * Its child `Resource` is a plain ApiObject: the class of version 28 drops every field that Kubernetes 1.28 did not
 * know. JSON patches therefore see the field names of Kubernetes.
 */
export class MeshDeployment extends Deployment {
  protected override readonly apiObject: ApiObject;

  /** Labels that select exactly these pods. Immutable in the cluster, so the version is not among them. */
  public readonly selectorLabels: Record<string, string>;

  /** Variables that hold addresses of callees: written by name, since the order of calls must not restart pods. */
  public readonly addressVariables = new Set<string>();

  private released?: string;

  public constructor(scope: Construct, id: string, props: MeshDeploymentProps) {
    const selectorLabels = { app: props.app, 'app.kubernetes.io/instance': props.name };
    const labels = {
      ...selectorLabels,
      'app.kubernetes.io/managed-by': 'cdk8s-grpc-mesh',
      'app.kubernetes.io/name': props.app,
      'app.kubernetes.io/version': props.version,
      version: props.version,
    };
    super(scope, id, {
      metadata: { name: props.name },
      podMetadata: { labels: { ...labels, ...props.podLabels }, annotations: props.podAnnotations },
      select: false,
      serviceAccount: props.serviceAccount,
      automountServiceAccountToken: false,
      terminationGracePeriod: Duration.seconds(props.drain.graceSeconds),
      replicas: props.replicas,
      strategy: DeploymentStrategy.rollingUpdate({
        maxSurge: PercentOrAbsolute.percent(25),
        maxUnavailable: PercentOrAbsolute.absolute(0),
      }),
      containers: [
        {
          name: props.app,
          image: props.image,
          imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
          ports: props.containerPorts.map((number) => ({ number })),
          command: props.command,
          args: props.args,
          // A copy: cdk8s-plus adds to the object it is given, which may be the environment of other services too.
          envVariables: { ...props.env },
          resources: props.resources ?? DEFAULT_RESOURCES,
          securityContext: {
            user: props.user,
            group: props.group,
            capabilities: { drop: [Capability.ALL] },
            seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
          },
        },
      ],
    });
    this.selectorLabels = selectorLabels;
    this.select(LabelSelector.of({ labels: selectorLabels }));
    this.node.tryRemoveChild('Resource');
    const completion = {
      selector: selectorLabels,
      health: props.health,
      healthPort: props.containerPorts[0],
      drain: props.drain,
      addressVariables: this.addressVariables,
      image: () => this.released,
    };
    this.apiObject = new ApiObject(this, 'Resource', {
      ...k8s.KubeDeployment.GVK,
      metadata: { name: props.name, labels, annotations: props.annotations },
      spec: Lazy.any({
        produce: () =>
          complete(k8s.KubeDeployment.manifest({ spec: this._toKube() }).spec as DeploymentSpec, completion),
      }),
    });
    claim(this.apiObject);
  }

  /** Runs another image, of another version, in the same pods. */
  public release(image: string, version: string): void {
    this.released = image;
    for (const metadata of [this.apiObject.metadata, this.podMetadata]) {
      metadata.addLabel('version', version);
      metadata.addLabel('app.kubernetes.io/version', version);
    }
  }

  /** So that NetworkPolicies and Services of cdk8s-plus find these pods. */
  public override toPodSelectorConfig(): PodSelectorConfig {
    return { ...super.toPodSelectorConfig(), labelSelector: LabelSelector.of({ labels: this.selectorLabels }) };
  }
}
