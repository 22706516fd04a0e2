/** `matchLabels` and `matchExpressions`, as NetworkPolicies, Deployments and Gateways of the Gateway API hold them. */
export interface LabelSelector {
  readonly matchLabels?: Labels | null;
  readonly matchExpressions?: readonly LabelRequirement[] | null;
}

/** One line of `matchExpressions`. */
export interface LabelRequirement {
  readonly key: string;
  /** `In`, `NotIn`, `Exists` or `DoesNotExist`: an API server has no other. */
  readonly operator: string;
  readonly values?: readonly string[] | null;
}

export type Labels = Readonly<Record<string, string>>;

/**
 * Whether a label selector takes an object with these labels: all its lines must.
 *
 * An empty selector takes every object, one that is absent takes none. An API in which absence means something else
 * says so, and must be asked before this is.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
export function selects(selector: LabelSelector | null | undefined, labels: Labels): boolean {
  if (selector === null || selector === undefined) return false;
  return (
    hasLabels(labels, selector.matchLabels ?? {}) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(labels, requirement))
  );
}

/**
 * Whether each of the wanted labels is there with that very value, as the plain maps of Services and of Istio ask.
 *
 * It is true of every object where nothing is wanted; what an empty map means, its API says.
 */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.keys(wanted).every((key) => Object.hasOwn(labels, key) && labels[key] === wanted[key]);
}

/**
 * `NotIn` takes objects without the label too.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement
 */
function meets(labels: Labels, { key, operator, values }: LabelRequirement): boolean {
  const present = Object.hasOwn(labels, key);
  const listed = () => (values ?? []).includes(labels[key]);
  switch (operator) {
    case 'In':
      return present && listed();
    case 'NotIn':
      return !present || !listed();
    case 'Exists':
      return present;
    case 'DoesNotExist':
      return !present;
    default:
      return false;
  }
}
