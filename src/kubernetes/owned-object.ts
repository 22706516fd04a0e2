import { ApiObject, type ApiObjectProps, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { describe, MeshError, placeOf } from '../errors';
import { OPT_OUT_NAMES, type OptOut } from '../values/opt-out';
import { reserve } from './claims';

/** An object that this library writes. */
export interface OwnedObjectProps<Spec> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Namespace, if it is not the one of the chart. */
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  /** Doors that stand open on this object, read when it is rendered. */
  readonly optOuts?: () => OptOut[];
  /** Rendered late, from what every verb has said by then. */
  readonly spec?: () => Spec;
  /** What a ConfigMap has in its place. */
  readonly data?: () => Record<string, string>;
}

/** Where an object comes from, for whoever finds it in the cluster. */
const ORIGIN = 'cdk8s-grpc-mesh/construct';

/** Every annotation below this prefix is an opt-out; its value is the reason. */
const OPT_OUT = 'opt-out.cdk8s-grpc-mesh/';

/**
 * A Kubernetes object whose name is spelled out, whose spec is rendered late, and which says where it comes from.
 *
 * Two of one kind, namespace and name are refused at once.
 */
export class OwnedObject<Spec extends object> extends ApiObject {
  public constructor(scope: Construct, id: string, props: OwnedObjectProps<Spec>) {
    const { apiVersion, kind, name, namespace, labels, annotations, optOuts, spec, data } = props;
    const object: ApiObjectProps & { spec?: unknown; data?: unknown } = {
      apiVersion,
      kind,
      metadata: {
        name,
        ...(namespace && { namespace }),
        ...(labels && { labels }),
        annotations: { [ORIGIN]: scope.node.path, ...annotations, ...(optOuts && marks(optOuts)) },
      },
      ...(spec && { spec: Lazy.any({ produce: spec }) }),
      ...(data && { data: Lazy.any({ produce: data }) }),
    };
    super(scope, id, object);
    claim(this);
  }
}

/** The annotation of a door on an object that somebody else renders. */
export function optOutMark({ name, reason }: OptOut): Record<string, string> {
  return { [OPT_OUT + name]: reason };
}

// One annotation per door; undefined annotations vanish when the object is rendered.
function marks(optOuts: () => OptOut[]): Record<string, string> {
  const reasons = (name: OptOut['name']) => {
    const doors = optOuts().filter((door) => door.name === name);
    return [...new Set(doors.map((door) => door.reason))].sort().join('; ') || undefined;
  };
  return Object.fromEntries(OPT_OUT_NAMES.map((name) => [OPT_OUT + name, Lazy.any({ produce: () => reasons(name) })]));
}

/** Reserves kind, namespace and name of an object in its app. */
export function claim(object: ApiObject): void {
  const first = reserve(object, identityOf(object), object.node.path);
  if (first !== undefined) throw new MeshError(duplicate(object, first));
}

/** Returns `id` if no construct of the scope has it, refuses it otherwise. */
export function unusedId(scope: Construct, id: string, where: string): string {
  const first = scope.node.tryFindChild(id);
  if (!first) return id;
  throw new MeshError({
    code: 'DuplicateObject',
    where,
    what: `'${id}' is there already: ${placeOf(first)}.`,
    why: 'Construct ids are the names of objects; in the cluster the second would silently replace the first.',
    fix: 'give one of the two another id',
  });
}

/** The problem of every object below `scope` that another one of the same kind, namespace and name precedes. */
export function duplicatesBelow(scope: Construct): string[] {
  const seen = new Map<string, string>();
  const problems: string[] = [];
  for (const object of scope.node.findAll()) {
    if (!(object instanceof ApiObject)) continue;
    const first = seen.get(identityOf(object));
    if (first === undefined) seen.set(identityOf(object), object.node.path);
    else problems.push(describe(duplicate(object, first)));
  }
  return problems;
}

function identityOf(object: ApiObject): string {
  return `${object.apiGroup}/${object.kind} ${object.metadata.namespace ?? ''}/${object.name}`;
}

function duplicate(object: ApiObject, first: string) {
  return {
    code: 'DuplicateObject',
    where: object.node.path,
    what: `a second ${object.kind} is called '${object.name}' in namespace '${object.metadata.namespace ?? ''}'.`,
    why: `'${first}' wrote the first one; in the cluster the later object would silently replace the earlier.`,
    fix: 'give one of the two constructs another id',
  };
}
