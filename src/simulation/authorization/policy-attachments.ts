import type { Cluster, Malformed } from '../../manifests/cluster';
import { isObject } from '../../manifests/json';
import { LabelIndex } from '../../manifests/label-index';
import type { Manifest } from '../../manifests/manifest';
import { pathText } from '../../manifests/path';
import { hasLabels } from '../../manifests/selectors';
import type { Service } from '../../manifests/service';
import type { Bodies } from '../../manifests/types';
import type { Workload } from '../../manifests/workload';
import { gatewayNameOf, isWaypoint } from './waypoint';

type PolicyKind = 'security.istio.io/AuthorizationPolicy' | 'security.istio.io/RequestAuthentication';

/** By what a policy says which proxies it is for. */
export interface Targeting {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly targetRef?: TargetRef;
  readonly targetRefs?: readonly TargetRef[];
}

interface TargetRef {
  readonly group?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/**
 * Which policies of a kind are for which proxies.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/policyattachment.go (ShouldAttachPolicy)
 */
export class PolicyAttachments<K extends PolicyKind> {
  private readonly bySelector = new LabelIndex<Manifest<Bodies[K]>>();
  private readonly byTarget = new Map<string, Manifest<Bodies[K]>[]>();
  private readonly byService: Manifest<Bodies[K]>[] = [];
  private readonly malformed: readonly Malformed[];

  public constructor(
    private readonly cluster: Cluster,
    kind: K,
  ) {
    for (const manifest of cluster.objects(kind)) {
      const spec: Targeting = manifest.body.spec ?? {};
      const targets = targetsOf(spec);
      if (targets.length === 0) {
        this.bySelector.add(manifest.namespace, spec.selector?.matchLabels ?? {}, manifest);
      }
      for (const { group = '', kind: target, name, namespace } of targets) {
        // One that names another namespace is for nothing.
        if (namespace && namespace !== manifest.namespace) continue;
        push(this.byTarget, targetKey(manifest.namespace, `${group}/${target}`, name), manifest);
      }
      if (targets.some((target) => target.kind === 'Service' || target.kind === 'ServiceEntry')) {
        this.byService.push(manifest);
      }
    }
    this.malformed = cluster.malformedOf(kind);
  }

  /** Those of the root namespace, then those of the workload's own; a waypoint has further ones for a service. */
  public of(workload: Workload, service?: Service): readonly Manifest<Bodies[K]>[] {
    const gateway = gatewayNameOf(workload);
    const { rootNamespace } = this.cluster.mesh;
    const { namespace } = workload;
    if (gateway === undefined) return this.selecting(workload);
    const own = this.target(namespace, 'gateway.networking.k8s.io/Gateway', gateway);
    if (!isWaypoint(this.cluster, workload)) return [...this.selecting(workload), ...own];
    const ofClass = this.target(rootNamespace, 'gateway.networking.k8s.io/GatewayClass', 'istio-waypoint');
    const ofService = service ? this.target(service.namespace, SERVICE_KINDS[service.kind], service.name) : [];
    return [...new Set([...ofClass, ...own, ...ofService])];
  }

  /** Policies for services, where a waypoint is asked about without naming one. */
  public dependingOnService(workload: Workload): readonly Manifest<Bodies[K]>[] {
    return this.byService.length > 0 && isWaypoint(this.cluster, workload) ? this.byService : [];
  }

  /** Objects that an API server would refuse, and that would be for the workload if they were repaired. */
  public malformedOf(workload: Workload): readonly Malformed[] {
    if (this.malformed.length === 0) return this.malformed;
    const places = [this.cluster.mesh.rootNamespace, workload.namespace];
    return this.malformed.filter(
      ({ manifest }) => places.includes(manifest.namespace) && mayAttach(manifest, workload),
    );
  }

  private selecting({ namespace, labels }: Workload): readonly Manifest<Bodies[K]>[] {
    const { rootNamespace } = this.cluster.mesh;
    const own = this.bySelector.matching(namespace, labels);
    return namespace === rootNamespace ? own : [...this.bySelector.matching(rootNamespace, labels), ...own];
  }

  private target(namespace: string, kind: string, name: string): readonly Manifest<Bodies[K]>[] {
    return this.byTarget.get(targetKey(namespace, kind, name)) ?? [];
  }
}

/** What nobody knows because of an object that an API server would refuse, and why. */
export function doubtOf({ manifest, problems: [problem] }: Malformed): { missing: string; text: string } {
  const name = `${manifest.kind} ${manifest.namespace}/${manifest.name}`;
  return {
    missing: `whether ${name} is in the cluster`,
    text: `the API server refuses ${name}: ${pathText(problem.path)}: ${problem.message}`,
  };
}

const SERVICE_KINDS = { Service: '/Service', ServiceEntry: 'networking.istio.io/ServiceEntry' } as const;

function targetsOf({ targetRef, targetRefs }: Targeting): readonly TargetRef[] {
  if (targetRefs?.length) return targetRefs;
  return targetRef ? [targetRef] : [];
}

function targetKey(namespace: string, kind: string, name: string): string {
  // The core group has two spellings.
  return `${namespace} ${kind.replace(/^core\//, '/')} ${name}`;
}

function mayAttach({ body: { spec } }: Manifest, workload: Workload): boolean {
  if (!isObject(spec)) return true;
  if (spec.targetRef !== undefined || spec.targetRefs !== undefined) return gatewayNameOf(workload) !== undefined;
  const wanted = isObject(spec.selector) ? spec.selector.matchLabels : undefined;
  if (!isObject(wanted)) return true;
  const readable = Object.entries(wanted).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return hasLabels(workload.labels, Object.fromEntries(readable));
}

function push<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  list ? list.push(item) : lists.set(key, [item]);
}
