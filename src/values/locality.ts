import { MeshError } from '../errors';

/**
 * Whether calls prefer pods that are near their caller.
 *
 * Regions and zones are those of the nodes (`topology.kubernetes.io/region` and `/zone`). Every choice but `ignored`
 * needs outlier detection, which is on by default: it is how a caller's proxy learns that the near pods are failing.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/
 */
export class Locality {
  /** All pods are equal, wherever they are. */
  public static ignored(): Locality {
    return new Locality({ enabled: false });
  }

  /**
   * Pods of the caller's own zone, then of its region, then any: the next ones take over as near ones fail.
   *
   * A zone with many callers and few pods overloads these pods while others idle.
   */
  public static nearest(): Locality {
    return new Locality({ enabled: true });
  }

  /**
   * As `nearest`, and where a region fails, the region that takes over.
   *
   * Refused: `InvalidLocality`; by the service `LocalityWithoutOutlierDetection`, `HashWithLocality`.
   *
   * @param regions for each region the one that takes over, `{ 'eu-west': 'eu-central' }`
   */
  public static failover(regions: { [region: string]: string }): Locality {
    const failover = Object.entries(regions).map(([from, to]) => ({ from, to }));
    if (failover.length === 0) throw invalidLocality('no region is given.', REGIONS);
    const pattern = failover.flatMap(({ from, to }) => [from, to]).find((region) => !/^[^\s/*]+$/.test(region));
    if (pattern !== undefined) throw invalidLocality(`'${pattern}' is not a region.`, REGIONS);
    const same = failover.find(({ from, to }) => from === to);
    if (same) throw invalidLocality(`${same.from} would take over from itself.`, REGIONS);
    return new Locality({ enabled: true, failover });
  }

  /**
   * Fixed shares for each place that calls come from. Places that are not named get nothing.
   *
   * Refused: `InvalidLocality`; by the service `LocalityWithoutOutlierDetection`, `HashWithLocality`.
   *
   * @param shares for each place of callers the percentages of places of pods, from 1 to 100, together 100:
   *   `{ 'eu/a/*': { 'eu/a/*': 80, 'eu/b/*': 20 } }`. A place is `region`, `region/zone` or `region/zone/subzone`; `*`
   *   at its end means everything there
   */
  public static distribute(shares: { [from: string]: { [to: string]: number } }): Locality {
    const distribute = Object.entries(shares).map(([from, to]) => ({ from, to: { ...to } }));
    if (distribute.length === 0) throw invalidLocality('no place is given.', SHARES);
    for (const places of [distribute.map(({ from }) => from), ...distribute.map(({ to }) => Object.keys(to))]) {
      checkPlaces(places);
    }
    for (const { from, to } of distribute) checkShares(from, Object.values(to));
    return new Locality({ enabled: true, distribute });
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _setting: LocalitySetting,
  ) {}
}

/** What a mesh is told about places. */
export interface LocalitySetting {
  readonly enabled: boolean;
  readonly failover?: { readonly from: string; readonly to: string }[];
  readonly distribute?: { readonly from: string; readonly to: Record<string, number> }[];
}

const REGIONS = "Locality.failover({ 'eu-west': 'eu-central' })";
const SHARES = "Locality.distribute({ 'eu/a/*': { 'eu/a/*': 80, 'eu/b/*': 20 } })";

function checkPlaces(places: string[]): void {
  const wrong = places.find((place) => !/^(\*|[^\s/*]+(\/[^\s/*]+){0,2}(\/\*)?)$/.test(place));
  if (wrong !== undefined) throw invalidLocality(`'${wrong}' is not a place.`, SHARES);
  const within = (inner: string, outer: string) => {
    const all = outer.replace(/\/?\*$/, '');
    return inner !== outer && (all === '' || inner === all || inner.startsWith(`${all}/`)) && outer.endsWith('*');
  };
  const inner = places.find((place) => places.some((other) => within(place, other)));
  if (inner !== undefined) throw invalidLocality(`'${inner}' lies in another place of the list.`, SHARES);
}

function checkShares(from: string, shares: number[]): void {
  const sum = shares.reduce((a, b) => a + b, 0);
  if (sum === 100 && shares.every((share) => Number.isInteger(share) && share >= 1)) return;
  throw invalidLocality(`the shares for '${from}' are ${shares.join(', ') || 'none'}, not 100 together.`, SHARES);
}

function invalidLocality(what: string, fix: string): MeshError {
  return new MeshError({
    code: 'InvalidLocality',
    where: 'Locality',
    what,
    why: 'Istio refuses such a rule, and all calls would go on as before it.',
    fix,
  });
}
