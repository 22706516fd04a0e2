import type { Deployment } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { weightOf } from './canary-weight';
import { MeshError, placeOf, placeOfNew } from './errors';
import { unusedId } from './kubernetes/owned-object';
import type { HeaderPin } from './mesh/routing';
import type { MeshService } from './mesh-service';
import { variable } from './operations';
import { type CanaryRollout, RolloutController, type RolloutPlan, rolloutPlan } from './values/canary-rollout';
import { type MeshPort, PortProtocol } from './values/mesh-port';
import { metadataKey } from './values/metadata-key';
import { dnsLabel } from './values/names';
import { replicaCount } from './values/replicas';
import { ZeroTrustNamespace } from './zero-trust-namespace';

/** A second version of a service. */
export interface CanaryReleaseProps {
  /** The service whose calls are split. */
  readonly service: MeshService;

  /**
   * Image of the new version. Everything else but `version` and `replicas` is as in the service.
   *
   * With a controller it is the image that shall run: changing it begins a release.
   */
  readonly image: string;

  /**
   * Percent of the calls that the new version gets: a whole number from 0 to 100. 0 is nobody, 100 everybody. With the
   * steps of a rollout one of theirs, 0 or 100.
   *
   * @default - left to the controller of the rollout; without one it has to be said
   */
  readonly weight?: number;

  /**
   * How the new version gets more and more of the calls.
   *
   * @default - whoever edits the weight decides
   */
  readonly rollout?: CanaryRollout;

  /**
   * Value of the label `version`.
   *
   * @default - the tag of the image
   */
  readonly version?: string;

  /**
   * Number of pods of the new version, whatever the service has. With Argo Rollouts that of all pods; Flagger counts
   * by the Deployment of the service.
   *
   * @default - 2; with a controller as many as the service has
   */
  readonly replicas?: number;

  /**
   * A header by which a caller chooses the new version whatever the weight, by the value `always`.
   *
   * Metadata keys are lower-case. Inside the mesh any caller may send it.
   *
   * @default - calls are split by weight only
   */
  readonly pinHeader?: string;

  /**
   * Whether the header also works at the ingress, where everybody may send it.
   *
   * @default false
   */
  readonly pinAtIngress?: boolean;
}

/**
 * A second version of a service, and the split of calls between the two.
 *
 * Leaves in the cluster: a Deployment of the new image with the same identity, a subset in the DestinationRule, weights
 * in every route of the mesh and of ingresses. Policies, deadlines and retries are those of the service; a retry stays
 * in the version that the first try drew. The weight counts RPCs, not users: a stream stays where it began.
 *
 * To begin one: weight 0, apply, wait for its pods, then raise it; calls that fall to a version without pods are
 * answered UNAVAILABLE (14).
 *
 * To end one: weight 0, apply, then remove the construct (and set the image of the service, if the new version won),
 * apply, and delete its Deployment unless your tool prunes. Pods that are left over get no calls.
 *
 * With a controller there is no second Deployment: that of the service gets the image, and the controller keeps the old
 * pods until the new ones have passed every step. What it changes in the cluster (weights, subsets, replicas) is its
 * own: a GitOps tool has to leave that alone.
 *
 * Refused: `NoNamespace`, `InvalidName`, `NameTooLong`, `DuplicateObject`, `InvalidWeight`, `InvalidHeader`,
 * `InvalidImage`, `InvalidReplicas`, `NotDeployedHere`, `CanaryOfCanary`, `CanaryElsewhere`, `NothingToSplit`,
 * `SameVersion`, and what its `CanaryRollout` says.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/traffic-shifting/
 */
export class CanaryRelease extends Construct {
  /** The Deployment of the new version; with a controller that of the service. */
  public readonly deployment: Deployment;

  /**
   * @param scope the ZeroTrustNamespace of the service, or a construct below it
   * @param id name of the Deployment
   * @param props which service, which image, how many of the calls
   */
  public constructor(scope: Construct, id: string, props: CanaryReleaseProps) {
    const where = placeOfNew(scope, id, 'CanaryRelease');
    super(scope, unusedId(scope, dnsLabel(id, where), where));
    const { service, image, version, replicas } = props;
    const plan = props.rollout && rolloutPlan(props.rollout, service._routing().grpcPort !== undefined, where);
    const weight = weightOf(props, plan, where);
    const pin = headerPin(props, where);
    const { workload, home, canaryBy, serviceAccount, hasRequests, place: placeIn } = service._versions;
    const place = placeIn(id, where);
    const next = workload._next(image, { version, replicas });
    if (!home || !next || !serviceAccount) throw notDeployedHere(service, where);
    if (canaryBy !== undefined) throw secondCanary(service, canaryBy, where);
    if (ZeroTrustNamespace._enclosing(scope, where) !== home) throw elsewhere(service, where);
    if (!hasRequests) throw noRequests(service, where);
    const newVersion = next._version(place) ?? '';
    if (plan && weight === undefined && service.deployment) {
      this.deployment = service.deployment;
      const pods = replicas === undefined ? (workload._replicas ?? 2) : replicaCount(replicas, where);
      this.handOver(home, service, { name: id, image, version: newVersion, replicas: pods, plan, pin });
      return;
    }
    if (newVersion === workload._version(place)) throw sameVersion(service, image, where);
    this.deployment = next._deploy(this, place, serviceAccount);
    const labels = { 'app.kubernetes.io/instance': id };
    service._split({ labels, weight: weight ?? 0, pin }, this.deployment, placeOf(this));
  }

  private handOver(home: ZeroTrustNamespace, service: MeshService, release: Release): void {
    const { image, pin, ...rest } = release;
    const { name, version, plan } = rest;
    if (plan.controller === RolloutController.FLAGGER) {
      service._shift(image, version, { port: shiftedPort(service), name }, placeOf(this));
    } else service._release(image, version, pin, placeOf(this));
    const edges = service._intents.edges;
    const facts = () => ({ ...rest, service: service._facts(home), edges: [...edges.values()] });
    home.mesh._backEnd.rollout(this, { name, plan }, facts);
  }
}

/** A release that a controller carries out. */
interface Release {
  readonly name: string;
  readonly image: string;
  readonly version: string;
  readonly replicas: number;
  readonly plan: RolloutPlan;
  readonly pin?: HeaderPin;
}

// Flagger knows one port of a service.
function shiftedPort(service: MeshService): MeshPort {
  const { grpcPort, ports } = service._routing();
  return grpcPort ?? (ports.find(({ protocol }) => protocol !== PortProtocol.TCP) as MeshPort);
}

function headerPin({ pinHeader: header, pinAtIngress }: CanaryReleaseProps, where: string) {
  if (header !== undefined) {
    return { header: metadataKey(header, where), value: 'always', atIngress: pinAtIngress ?? false };
  }
  if (pinAtIngress !== true) return undefined;
  throw new MeshError({
    code: 'InvalidHeader',
    where,
    what: 'pinAtIngress is set, but no pinHeader.',
    why: 'Whoever pins itself to the canary says so with a header.',
    fix: "pinHeader: 'x-canary'",
  });
}

function notDeployedHere({ serviceName, node }: MeshService, where: string): MeshError {
  return new MeshError({
    code: 'NotDeployedHere',
    where,
    what: `the pods of ${serviceName} are deployed by somebody else.`,
    why: 'A second version is a second Deployment like the first one, and the first one is not known.',
    fix: `new GrpcService(shop, '${node.id}', { workload: Workload.image('...'), ... })`,
  });
}

function secondCanary({ serviceName, node }: MeshService, first: string, where: string): MeshError {
  return new MeshError({
    code: 'CanaryOfCanary',
    where,
    what: `${serviceName} has a canary already: ${first}.`,
    why: 'Of two canaries nobody could say which one a failing call went to, and the weights would have two owners.',
    fix: `end the first one, and set its image on ${variable(node.id)}`,
  });
}

function elsewhere({ namespaceName, serviceName }: MeshService, where: string): MeshError {
  return new MeshError({
    code: 'CanaryElsewhere',
    where,
    what: `${serviceName} lives in namespace '${namespaceName}', its canary would not.`,
    why: 'Both versions are pods of one Service and share its identity.',
    fix: `new CanaryRelease(${variable(namespaceName)}, ...)`,
  });
}

function noRequests({ serviceName }: MeshService, where: string): MeshError {
  return new MeshError({
    code: 'NothingToSplit',
    where,
    what: `${serviceName} has no gRPC or HTTP port.`,
    why: 'The split counts requests; a TCP connection has none.',
    fix: 'ports: [MeshPort.http(8080)]',
  });
}

function sameVersion({ serviceName }: MeshService, image: string, where: string): MeshError {
  return new MeshError({
    code: 'SameVersion',
    where,
    what: `'${image}' has the same version as ${serviceName} itself.`,
    why: 'Metrics and logs tell the two apart by their version; a failing canary would look like a failing service.',
    fix: "version: '2.4.0-rc1'",
  });
}
