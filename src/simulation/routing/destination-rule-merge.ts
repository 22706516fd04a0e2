import { certainlyOlder } from '../../manifests/age';
import type { Manifest } from '../../manifests/manifest';
import type { Labels } from '../../manifests/selectors';
import type { Bodies, DestinationRuleSpec, TrafficPolicy } from '../../manifests/types';
import { HostIndex } from '../visibility/host-index';

export type WrittenRule = Manifest<Bodies['networking.istio.io/DestinationRule']>;
export type Subset = NonNullable<DestinationRuleSpec['subsets']>[number];

/** One or more DestinationRules of one namespace for one host, after Istio has made one of them. */
export interface MergedRule {
  /** First the one that was there first. */
  readonly from: readonly WrittenRule[];
  readonly exportTo: ReadonlySet<string>;
  /** Only its clients of the rule's own namespace obey a rule that selects workloads. */
  readonly selector: Labels | undefined;
  readonly trafficPolicy: TrafficPolicy | undefined;
  readonly subsets: readonly Subset[];
  /** What depends on an age that nobody knows. */
  readonly missing: readonly string[];
}

/** The rules of one namespace by host. They must come in the order in which Istio reads them. */
export class MergedRules {
  private readonly byHost = new HostIndex<MergedRule[]>();

  /** Those of the most specific host that covers this one. */
  public for(host: string): readonly MergedRule[] | undefined {
    return this.byHost.mostSpecific(host);
  }

  /**
   * Makes one rule of it and those that are there, where they are for the same audience; else it stands on its own.
   *
   * Rules with a selector come first. One without it, for the same audience, is merged into them and gone.
   *
   * @see https://github.com/istio/istio/blob/1.31.1/pilot/pkg/model/destination_rule.go (mergeDestinationRule)
   */
  public add(host: string, rule: WrittenRule, exportTo: ReadonlySet<string>): void {
    const list = this.byHost.at(host);
    const incoming = single(rule, exportTo);
    if (!list) {
      this.byHost.add(host, [incoming]);
      return;
    }
    let apart = true;
    list.forEach((existing, index) => {
      if (equal(exportTo, existing.exportTo)) {
        apart = false;
      } else {
        apart = true;
        if (existing.exportTo.size === 0 || !isSuperset(exportTo, existing.exportTo)) return;
      }
      if (existing.selector && incoming.selector && !sameLabels(existing.selector, incoming.selector)) {
        apart = true;
        return;
      }
      if (Boolean(existing.selector) === Boolean(incoming.selector)) apart = false;
      list[index] = merge(existing, incoming);
    });
    if (apart) list.push(incoming);
  }
}

export function selectorOf(rule: WrittenRule): Labels | undefined {
  const selector = rule.body.spec?.workloadSelector;
  return selector && (selector.matchLabels ?? {});
}

function single(rule: WrittenRule, exportTo: ReadonlySet<string>): MergedRule {
  const { subsets = [], trafficPolicy } = rule.body.spec ?? { host: '' };
  return { from: [rule], exportTo, selector: selectorOf(rule), trafficPolicy, subsets, missing: [] };
}

/** Subsets of both, by name the first; the policy of the first that has one. */
function merge(first: MergedRule, second: MergedRule): MergedRule {
  const names = new Set(first.subsets.map(({ name }) => name));
  const [rule] = second.from;
  const contested = (first.trafficPolicy && second.trafficPolicy) || second.subsets.some(({ name }) => names.has(name));
  const rival = contested ? first.from.find((it) => !certainlyOlder(it, rule)) : undefined;
  return {
    ...first,
    from: [...first.from, rule],
    trafficPolicy: first.trafficPolicy ?? second.trafficPolicy,
    subsets: [...first.subsets, ...second.subsets.filter(({ name }) => !names.has(name))],
    missing: rival ? [...first.missing, whichIsOlder(rival, rule)] : first.missing,
  };
}

export function whichIsOlder(a: Manifest<unknown>, b: Manifest<unknown>): string {
  return `which of the ${a.kind}s ${a.namespace}/${a.name} and ${b.namespace}/${b.name} is the older`;
}

function equal(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && isSuperset(a, b);
}

function isSuperset(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...b].every((item) => a.has(item));
}

function sameLabels(a: Labels, b: Labels): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
